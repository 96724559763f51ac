internal import CTesseraSndFile
internal import TesseraFiles

/// A recording open in libsndfile, which decodes it from the beginning on.
final class SoundDecoder: SampleDecoder {
    let channelCount: Int
    let sampleRate: Int
    let frameCount: Int?
    private let handle: OpaquePointer
    private let window: ByteWindow
    private let source: ByteSource
    private let part: AudioPart
    private(set) var decodedCount = 0
    private var isAtEnd = false
    private(set) var omission: String?

    /// - Parameter codec: The name of the codec inside the container, for the message where it is not read.
    /// - Throws: `FileError` when the bytes cannot be decoded.
    init(_ source: ByteSource, _ part: AudioPart, codec: String?) throws(FileError) {
        (self.source, self.part) = (source, part)
        window = ByteWindow(source, part)
        var information = SF_INFO()
        if let encoding = part.encoding {
            information.format = Self.format(encoding)
            information.channels = Int32(encoding.channelCount)
            information.samplerate = Int32(encoding.sampleRate)
        }
        var callbacks = ByteWindow.callbacks
        let context = Unmanaged.passUnretained(window).toOpaque()
        let opened = sf_open_virtual(&callbacks, Int32(SFM_READ), &information, context)
        // What cannot be read, libsndfile can do without: the end of a stream, which says how long it is.
        if let failure = window.failure {
            sf_close(opened)
            throw failure
        }
        guard let handle = opened else { throw Self.refusal(of: source, codec: codec) }
        self.handle = handle
        channelCount = Int(information.channels)
        sampleRate = Int(information.samplerate)
        // No codec makes more than a few thousand samples of a byte: a larger count is a lie or a placeholder.
        let (largest, overflow) = part.byteCount.multipliedReportingOverflow(by: 1 << 13)
        let count = Int(information.frames)
        frameCount = count > 0 && !overflow && count <= largest ? count : nil
    }

    deinit { sf_close(handle) }

    func read(_ count: Int, into target: UnsafeMutablePointer<Float>) throws(FileError) -> Int {
        // A decoder that is asked for more than there is meets what is behind it.
        let wanted = part.requiredCount.map { min(count, $0 - decodedCount) } ?? count
        guard wanted > 0, !isAtEnd else { return try finish() }
        let read = max(0, Int(sf_readf_float(handle, target, sf_count_t(wanted))))
        if let failure = window.failure { throw failure }
        decodedCount += read
        // A decoder that met damage delivers silence or noise in its place, and says so only here.
        if sf_error(handle) != SF_ERR_NO_ERROR {
            let refusal = source.damaged(Self.explanation(of: sf_strerror(handle)))
            // Where FLAC does not count its samples, tags behind them are met too.
            guard part.flac != nil, part.requiredCount == nil, try window.flacEndsClean() else { throw refusal }
            isAtEnd = true
        }
        return read == 0 ? try finish() : read
    }

    /// Checks that all was read.
    private func finish() throws(FileError) -> Int {
        guard !isAtEnd else { return 0 }
        isAtEnd = true
        if let count = part.requiredCount, decodedCount < count {
            throw source.damaged("is cut short: \(decodedCount) of \(count) samples")
        }
        if part.flac != nil, try !window.flacEndsClean() { omission = "bytes behind its last FLAC frame are left out" }
        return 0
    }

    private static func refusal(of source: ByteSource, codec: String?) -> FileError {
        let cause = explanation(of: sf_strerror(nil))
        guard cause.contains("unsupported encoding") || cause.contains("unimplemented") else {
            return source.damaged(cause)
        }
        return source.damaged(AudioFormat.conversion(of: codec ?? "in an unusual encoding", path: source.path))
    }

    private static func format(_ encoding: RawEncoding) -> Int32 {
        let sample =
            switch encoding.sample {
            case .signed8: SF_FORMAT_PCM_S8
            case .unsigned8: SF_FORMAT_PCM_U8
            case .signed16: SF_FORMAT_PCM_16
            case .signed24: SF_FORMAT_PCM_24
            case .signed32: SF_FORMAT_PCM_32
            case .float32: SF_FORMAT_FLOAT
            case .float64: SF_FORMAT_DOUBLE
            case .aLaw: SF_FORMAT_ALAW
            case .muLaw: SF_FORMAT_ULAW
            }
        return Int32(SF_FORMAT_RAW | sample | (encoding.isBigEndian ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE))
    }

    /// libsndfile's words in a sentence about the file.
    private static func explanation(of message: UnsafePointer<CChar>?) -> String {
        var text = message.map { String(cString: $0) } ?? ""
        while text.last == "." || text.last == "\n" { text.removeLast() }
        if text.contains("lost sync") { return "is damaged or cut short: its decoder lost its way" }
        for prefix in ["Error : ", "Error: ", "Internal error : "] where text.hasPrefix(prefix) {
            text.removeFirst(prefix.count)
        }
        // What libsndfile says when it has nothing to say.
        let empty = ["", "No Error", "Unspecified internal error", "SF_INFO struct incomplete"]
        let isEmpty = empty.contains(text) || text.hasPrefix("File does not exist")
        return isEmpty ? "is damaged: it cannot be decoded" : "is damaged: \(text)"
    }
}
