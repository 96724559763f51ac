public import TesseraFiles

/// A recording in a file: WAV, FLAC, OGG with Vorbis or Opus, MP3, AIFF, AU or CAF, told apart by its content.
///
/// The value describes the recording; `samples(at:)` decodes it from the beginning, as often as it is called. It is never
/// held in memory as a whole.
///
/// ```swift
/// let file = try AudioFile("interview.flac")
/// let samples = try file.samples(at: 16_000)
/// while case let block = try samples.read(upTo: 16_000), !block.isEmpty { … }
/// ```
public struct AudioFile: Sendable {
    /// The file as the user named it.
    public let path: String
    /// Of the recording, in Hz.
    public let sampleRate: Int
    /// Of the recording, before its channels become one.
    public let channelCount: Int
    /// In seconds; nil where the file does not say it in a way that can be relied on.
    public let duration: Double?
    /// Short sentences for the user about what is odd, such as "truncated: 4478 of 16000 samples"; mostly empty.
    public let warnings: [String]
    private let source: ByteSource
    private let layout: AudioLayout

    /// The endings that recordings of these formats have, in lower case.
    public static let fileExtensions = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "mp2", "aif", "aiff", "aifc", "au", "snd", "caf", "w64",
    ]

    /// Opens `path` and checks its header.
    ///
    /// - Throws: `FileError.unreadable` when there is no such regular file; `FileError.badData` when it is damaged, holds
    ///   no samples, has more than 64 channels or a rate outside 1,000 to 384,000 Hz, or is no recording of these formats:
    ///   the cause then says what it is, and how to convert it.
    public init(_ path: String) throws(FileError) {
        try self.init(InputFile(path))
    }

    /// A recording in an open file.
    public init(_ file: InputFile) throws(FileError) {
        try self.init(.file(file))
    }

    /// A recording in memory, whose `bytes` are a whole file's; `path` is what errors name.
    public init(bytes: [UInt8], path: String) throws(FileError) {
        try self.init(.memory(bytes, path: path))
    }

    /// The recording on standard input, which is read to its end; see `InputFile.standardInput()`.
    public static func standardInput() throws(FileError) -> AudioFile {
        try AudioFile(InputFile.standardInput())
    }

    private init(_ source: ByteSource) throws(FileError) {
        self.source = source
        layout = try AudioLayout(of: source)
        path = source.path
        let decoder = try SoundDecoder(source, layout)
        (channelCount, sampleRate) = (decoder.channelCount, decoder.sampleRate)
        try AudioLimits.check(channelCount: channelCount, sampleRate: sampleRate, in: source)
        var first = [Float](repeating: 0, count: channelCount)
        guard try decoder.read(1, into: &first) > 0 else { throw source.damaged("holds no samples") }
        duration = layout.hasCount ? decoder.frameCount.map { Double($0) / Double(decoder.sampleRate) } : nil
        warnings = layout.warnings
    }

    /// The samples from the beginning on, all channels mixed to one.
    ///
    /// - Parameter sampleRate: In Hz, 1,000 to 384,000.
    /// - Throws: `FileError` when the file cannot be decoded any more.
    public func samples(at sampleRate: Int) throws(FileError) -> AudioSamples {
        precondition(AudioLimits.sampleRates.contains(sampleRate), "a sample rate of \(sampleRate) Hz")
        return try AudioSamples(
            decoder: SoundDecoder(source, layout), source: source, requiredCount: layout.flac?.sampleCount,
            sampleRate: sampleRate, warnings: warnings)
    }
}
