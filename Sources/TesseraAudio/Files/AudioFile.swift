public import TesseraFiles

/// A recording in a file: WAV, FLAC, OGG with Vorbis, Opus or FLAC, MP3, AIFF, AU or CAF, told apart by its content.
///
/// Files of OGG, or of MP3, that were put one behind the other are one recording, whatever their rates and channels.
///
/// The value describes the recording; `samples(at:)` decodes it from the beginning, as often as it is called. It is never
/// held in memory as a whole.
///
/// On Linux, formats that are not read here (M4A, AAC, WebM, WMA, AMR, films and others) are decoded by `ffmpeg` where it is on the
/// `PATH`; the environment's `TESSERA_FFMPEG` names another program, or `none`.
///
/// ```swift
/// let file = try AudioFile("interview.flac")
/// let samples = try file.samples(at: 16_000)
/// while case let block = try samples.read(upTo: 16_000), !block.isEmpty { … }
/// ```
public struct AudioFile: Sendable {
    /// The file as the user named it.
    public let path: String
    /// Of the recording, in Hz; of its beginning, where files of several rates follow each other in one.
    public let sampleRate: Int
    /// Of the recording, before its channels become one; of its beginning, where that changes.
    public let channelCount: Int
    /// In seconds; nil where the file does not say it in a way that can be relied on.
    public let duration: Double?
    /// Short sentences for the user about what is odd, such as "truncated: 4478 of 16000 samples"; mostly empty.
    public let warnings: [String]
    /// Whether a part of the recording is known to be missing, as a warning says.
    public var isIncomplete: Bool { layout.isIncomplete }
    private let source: ByteSource
    private let layout: AudioLayout

    /// The endings that recordings have, in lower case: those of these formats, and of others that ffmpeg decodes, films' left out.
    public static let fileExtensions = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "mp2", "aif", "aiff", "aifc", "au", "snd", "caf", "w64",
        "m4a", "m4b", "aac", "mka", "webm", "wma", "amr", "3gp", "spx", "wv", "ape",
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
        try self.init(.file(file), FFmpeg.ofThisProcess)
    }

    /// A recording in memory, whose `bytes` are a whole file's; `path` is what errors name.
    public init(bytes: [UInt8], path: String) throws(FileError) {
        try self.init(.memory(bytes, path: path), FFmpeg.ofThisProcess)
    }

    /// The recording on standard input, which is read to its end; see `InputFile.standardInput()`.
    public static func standardInput() throws(FileError) -> AudioFile {
        try AudioFile(InputFile.standardInput())
    }

    /// A recording in an open file, decoded by `ffmpeg` where it has to be; nil stands for none.
    package init(_ file: InputFile, ffmpeg: FFmpeg?) throws(FileError) {
        try self.init(.file(file)) { ffmpeg }
    }

    /// The same, in memory.
    package init(bytes: [UInt8], path: String, ffmpeg: FFmpeg?) throws(FileError) {
        try self.init(.memory(bytes, path: path)) { ffmpeg }
    }

    private init(_ source: ByteSource, _ ffmpeg: () -> FFmpeg?) throws(FileError) {
        self.source = source
        layout = try AudioLayout(of: source, ffmpeg)
        path = source.path
        let decoder = try layout.decoder(ofPart: 0, in: source)
        (channelCount, sampleRate) = (decoder.channelCount, decoder.sampleRate)
        duration = try Self.duration(layout, source, decoder)
        warnings = layout.warnings
        let samples = try AudioSamples(of: source, layout, sampleRate: sampleRate, decoder)
        guard try !samples.read(upTo: 1).isEmpty else { throw source.damaged("holds no samples") }
    }

    /// The sum of what the parts say; nil where one does not, or there are too many to look into each.
    private static func duration(
        _ layout: AudioLayout, _ source: ByteSource, _ first: any SampleDecoder
    ) throws(FileError) -> Double? {
        guard layout.parts.count <= 100, layout.parts.allSatisfy(\.hasCount) else { return nil }
        var duration = 0.0
        for index in layout.parts.indices {
            let decoder = try index == 0 ? first : layout.decoder(ofPart: index, in: source)
            guard let count = decoder.frameCount else { return nil }
            duration += Double(count) / Double(decoder.sampleRate)
        }
        return duration
    }

    /// The samples from the beginning on, all channels mixed to one.
    ///
    /// - Parameter sampleRate: In Hz, 1,000 to 384,000.
    /// - Throws: `FileError` when the file cannot be decoded any more.
    public func samples(at sampleRate: Int) throws(FileError) -> AudioSamples {
        precondition(AudioLimits.sampleRates.contains(sampleRate), "a sample rate of \(sampleRate) Hz")
        return try AudioSamples(of: source, layout, sampleRate: sampleRate)
    }
}
