internal import TesseraFiles

/// A recording that ffmpeg decodes, in a process of its own, as fast as it is read.
final class FFmpegDecoder: SampleDecoder {
    /// What is to be decoded, and by which program.
    struct Call: Sendable {
        let ffmpeg: FFmpeg
        let recording: ForeignRecording
    }

    let channelCount: Int
    let sampleRate: Int
    let frameCount: Int? = nil
    private(set) var decodedCount = 0
    private(set) var omission: String?
    private let process: ChildProcess
    private let source: ByteSource
    private let recording: ForeignRecording
    private var isAtEnd = false

    /// - Throws: `FileError` when ffmpeg does not start, or finds no sound that it decodes.
    init(_ source: ByteSource, _ call: Call) throws(FileError) {
        (self.source, recording) = (source, call.recording)
        process = try call.ffmpeg.decode(source.inputFile(), demuxer: recording.demuxer)
        let header = try process.read(24)
        guard header.count == 24 else { throw Self.refusal(process.end(), recording, source) }
        let rest = Int(header.bigEndian(4, 4)) - header.count
        guard header.has(".snd"), header.bigEndian(12, 4) == 6, (0...1 << 16).contains(rest),
            try process.read(rest).count == rest
        else { throw source.damaged("is \(recording.kind), of which ffmpeg made no AU file") }
        (sampleRate, channelCount) = (Int(header.bigEndian(16, 4)), Int(header.bigEndian(20, 4)))
        try AudioLimits.check(channelCount: channelCount, sampleRate: sampleRate, in: source)
    }

    func read(_ count: Int, into target: UnsafeMutablePointer<Float>) throws(FileError) -> Int {
        guard !isAtEnd else { return 0 }
        let frameByteCount = channelCount * MemoryLayout<Float>.stride
        let bytes = UnsafeMutableRawBufferPointer(start: target, count: count * frameByteCount)
        var filled = 0
        // Whole blocks, so that what is made of them does not depend on how fast they came.
        while filled < bytes.count {
            let read = try process.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]))
            filled += read
            guard read > 0 else { return try finish(filled / frameByteCount, target, rest: filled % frameByteCount) }
        }
        return take(count, target)
    }

    /// Counts samples, and turns their bytes around where this machine's numbers begin with the other end.
    private func take(_ count: Int, _ target: UnsafeMutablePointer<Float>) -> Int {
        for index in 0..<count * channelCount {
            target[index] = Float(bitPattern: UInt32(bigEndian: target[index].bitPattern))
        }
        decodedCount += count
        return count
    }

    private func finish(
        _ count: Int, _ target: UnsafeMutablePointer<Float>, rest: Int
    ) throws(FileError) -> Int {
        isAtEnd = true
        _ = take(count, target)
        let ending = process.end()
        guard decodedCount > 0 else { throw Self.refusal(ending, recording, source) }
        let message = FFmpeg.message(ending.errors)
        let said = message.map { ": ffmpeg says: \($0)" } ?? ""
        if !ending.isSuccess || rest > 0 {
            omission = "truncated: ffmpeg gave up behind \(decodedCount) samples\(said)"
        } else if message != nil {
            omission = "damaged\(said)"
        }
        return count
    }

    private static func refusal(
        _ ending: ChildProcess.Ending, _ recording: ForeignRecording, _ source: ByteSource
    ) -> FileError {
        guard let message = FFmpeg.message(ending.errors) else {
            return source.damaged(
                ending.isSuccess ? "holds no samples" : "is \(recording.kind) that ffmpeg does not decode")
        }
        return source.damaged("is \(recording.kind) that ffmpeg does not decode: \(message)")
    }
}
