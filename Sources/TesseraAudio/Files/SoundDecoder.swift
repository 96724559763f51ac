internal import CTesseraSndFile
internal import TesseraFiles

/// A recording open in libsndfile, which decodes it from the beginning on.
final class SoundDecoder {
    let channelCount: Int
    /// In Hz.
    let sampleRate: Int
    /// Samples of each channel by the file's own account; nil where it has none, or one that cannot be true.
    let frameCount: Int?
    private let handle: OpaquePointer
    private let window: ByteWindow
    private let source: ByteSource
    private let isFLAC: Bool

    /// - Throws: `FileError` when the bytes cannot be decoded.
    init(_ source: ByteSource, _ layout: AudioLayout) throws(FileError) {
        self.source = source
        window = ByteWindow(source, layout)
        var information = SF_INFO()
        if let encoding = layout.encoding {
            information.format = Self.format(encoding.sample)
            information.channels = Int32(encoding.channelCount)
            information.samplerate = Int32(encoding.sampleRate)
        }
        var callbacks = ByteWindow.callbacks
        let context = Unmanaged.passUnretained(window).toOpaque()
        guard let handle = sf_open_virtual(&callbacks, Int32(SFM_READ), &information, context) else {
            if let failure = window.failure { throw failure }
            throw source.damaged(Self.explanation(of: sf_strerror(nil)))
        }
        self.handle = handle
        channelCount = Int(information.channels)
        sampleRate = Int(information.samplerate)
        isFLAC = layout.flac != nil
        // No codec makes more than a few thousand samples of a byte: a larger count is a lie or a placeholder.
        let (largest, overflow) = layout.bytes.count.multipliedReportingOverflow(by: 1 << 13)
        let count = Int(information.frames)
        frameCount = count > 0 && !overflow && count <= largest ? count : nil
    }

    deinit { sf_close(handle) }

    /// Decodes up to `count` samples of every channel into `target`, channels interleaved.
    ///
    /// - Returns: How many; 0 at the end.
    /// - Throws: `FileError` when the recording is damaged, or reading its file fails.
    func read(_ count: Int, into target: UnsafeMutablePointer<Float>) throws(FileError) -> Int {
        let read = Int(sf_readf_float(handle, target, sf_count_t(count)))
        if let failure = window.failure { throw failure }
        // A decoder that met damage delivers silence or noise in its place, and says so only here.
        guard sf_error(handle) == SF_ERR_NO_ERROR else {
            throw source.damaged(Self.explanation(of: sf_strerror(handle)))
        }
        if read <= 0, isFLAC { try window.watchRest() }
        return max(0, read)
    }

    private static func format(_ sample: RawEncoding.Sample) -> Int32 {
        let encoding =
            switch sample {
            case .unsigned8: SF_FORMAT_PCM_U8
            case .signed16: SF_FORMAT_PCM_16
            case .signed24: SF_FORMAT_PCM_24
            case .signed32: SF_FORMAT_PCM_32
            case .float32: SF_FORMAT_FLOAT
            case .float64: SF_FORMAT_DOUBLE
            case .aLaw: SF_FORMAT_ALAW
            case .muLaw: SF_FORMAT_ULAW
            }
        return Int32(SF_FORMAT_RAW | encoding | SF_ENDIAN_LITTLE)
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
