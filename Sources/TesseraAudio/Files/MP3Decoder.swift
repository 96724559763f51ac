internal import CTesseraMPG123
internal import TesseraFiles

/// MP3 frames open in libmpg123. libsndfile uses it too, but has it print what it meets on standard error.
final class MP3Decoder: SampleDecoder {
    let channelCount: Int
    let sampleRate: Int
    let frameCount: Int?
    private(set) var decodedCount = 0
    let omission: String? = nil
    private let handle: OpaquePointer
    private let window: ByteWindow
    private let source: ByteSource

    /// - Throws: `FileError` when the bytes cannot be decoded.
    init(_ source: ByteSource, _ part: AudioPart, _ format: MP3Header.Format) throws(FileError) {
        self.source = source
        (channelCount, sampleRate) = (format.isMono ? 1 : 2, format.sampleRate)
        window = ByteWindow(source, part)
        guard let handle = libraryDecoder({ [window] in Self.open(window) }) else {
            throw window.failure
                ?? FileError(
                    .inputOutput, path: source.path, cause: "cannot be decoded: no memory is left")
        }
        self.handle = handle
        let length = part.hasCount ? Int(mpg123_length(handle)) : 0
        frameCount = length > 0 ? length : nil
        if let failure = window.failure { throw failure }
    }

    deinit { mpg123_delete(handle) }

    func read(_ count: Int, into target: UnsafeMutablePointer<Float>) throws(FileError) -> Int {
        let frameByteCount = channelCount * MemoryLayout<Float>.stride
        var (filled, status) = (0, MPG123_OK.rawValue)
        repeat {
            var byteCount = 0
            let free = count * frameByteCount - filled
            status = mpg123_read(handle, UnsafeMutableRawPointer(target) + filled, free, &byteCount)
            if let failure = window.failure { throw failure }
            filled += byteCount
            if status == MPG123_NEW_FORMAT.rawValue, !hasFormat { status = MPG123_ERR.rawValue }
        } while filled < count * frameByteCount
            && (status == MPG123_OK.rawValue || status == MPG123_NEW_FORMAT.rawValue)
        guard status != MPG123_ERR.rawValue else { throw source.damaged("is damaged: it cannot be decoded") }
        decodedCount += filled / frameByteCount
        return filled / frameByteCount
    }

    /// Whether libmpg123 found the format that the part's frames have.
    private var hasFormat: Bool {
        var (rate, channels, encoding) = (0, Int32(0), Int32(0))
        mpg123_getformat(handle, &rate, &channels, &encoding)
        return rate == sampleRate && channels == channelCount
    }

    /// A decoder that reads from `window`, which outlives it; nil where there is no memory for one.
    private static func open(_ window: ByteWindow) -> OpaquePointer? {
        _ = isInitialized
        guard let handle = mpg123_new(nil, nil) else { return nil }
        let flags = [MPG123_QUIET, MPG123_FORCE_FLOAT, MPG123_GAPLESS, MPG123_NO_READAHEAD].reduce(0) {
            $0 | Int($1.rawValue)
        }
        mpg123_param(handle, MPG123_ADD_FLAGS, flags, 0)
        mpg123_replace_reader_handle(
            handle, { window, target, count in ByteWindow.of(window)?.read(target, count) ?? 0 },
            { window, offset, origin in off_t(ByteWindow.of(window)?.seek(Int(offset), origin) ?? -1) }, nil)
        guard mpg123_open_handle(handle, Unmanaged.passUnretained(window).toOpaque()) == MPG123_OK.rawValue else {
            mpg123_delete(handle)
            return nil
        }
        return handle
    }

    /// Older versions than 1.26 have to be told that there are decoders to come.
    private static let isInitialized = mpg123_init() == MPG123_OK.rawValue
}
