internal import TesseraFiles

/// Formats and codecs that are left to ffmpeg.
extension AudioLayout {
    /// - Throws: `FileError` that names the format, and the call that converts it, where there is no ffmpeg.
    mutating func readForeign(
        _ recording: ForeignRecording, _ source: ByteSource, from start: Int, _ ffmpeg: () -> FFmpeg?
    ) throws(FileError) {
        // Tags stand before AAC, as before MP3; before anything else they are a sign of chance.
        if start == 0 || recording.demuxer == "aac", let ffmpeg = ffmpeg() {
            leave(recording, source, to: ffmpeg)
        } else if start > 0 {
            try readMP3(source, start..<source.byteCount)
        } else {
            throw source.damaged(AudioFormat.conversion(of: recording.kind, path: source.path))
        }
    }

    /// Leaves to ffmpeg what libsndfile refuses; without ffmpeg, whoever decodes meets the refusal.
    mutating func leaveRefused(
        _ source: ByteSource, from start: Int, demuxer: String, to ffmpeg: () -> FFmpeg?
    ) throws(FileError) {
        guard let codec, let part = parts.first, start == 0 else { return }
        do throws(FileError) {
            _ = try SoundDecoder(source, part, codec: codec)
        } catch {
            guard error.kind == .badData else { throw error }
            guard let ffmpeg = ffmpeg() else { return }
            leave(ForeignRecording(codec, demuxer: demuxer), source, to: ffmpeg)
        }
    }

    /// Has ffmpeg decode the whole file.
    mutating func leave(_ recording: ForeignRecording, _ source: ByteSource, to ffmpeg: FFmpeg) {
        var part = AudioPart(0..<source.byteCount)
        (part.foreign, part.hasCount) = (FFmpegDecoder.Call(ffmpeg: ffmpeg, recording: recording), false)
        parts = [part]
        guard let claimed = recording.claimedByteCount, claimed > source.byteCount else { return }
        leaveOut("truncated: \(source.byteCount) of \(claimed) bytes")
    }
}
