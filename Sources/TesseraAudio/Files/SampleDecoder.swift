internal import TesseraFiles

/// A part of a recording, decoded from its beginning on.
protocol SampleDecoder: AnyObject {
    var channelCount: Int { get }
    /// In Hz.
    var sampleRate: Int { get }
    /// Samples of each channel by the file's own account; nil where it has none, or one that cannot be true.
    var frameCount: Int? { get }
    /// Samples of each channel that were read.
    var decodedCount: Int { get }
    /// What is left out behind the last sample that was read; mostly nil.
    var omission: String? { get }

    /// Decodes up to `count` samples of every channel into `target`, channels interleaved.
    ///
    /// - Returns: How many; 0 at the end.
    /// - Throws: `FileError` when the recording is damaged, or reading its file fails.
    func read(_ count: Int, into target: UnsafeMutablePointer<Float>) throws(FileError) -> Int
}

extension AudioLayout {
    /// The decoder of a part.
    ///
    /// - Throws: `FileError` when the part cannot be decoded, or its rate or number of channels is not accepted.
    func decoder(ofPart index: Int, in source: ByteSource) throws(FileError) -> any SampleDecoder {
        let part = parts[index]
        let decoder: any SampleDecoder =
            if let format = part.mp3 {
                try MP3Decoder(source, part, format)
            } else if let call = part.foreign {
                try FFmpegDecoder(source, call)
            } else {
                try SoundDecoder(source, part, codec: codec)
            }
        try AudioLimits.check(channelCount: decoder.channelCount, sampleRate: decoder.sampleRate, in: source)
        return decoder
    }
}
