public import TesseraFiles

/// Makes samples of bytes as they come, from a microphone or a program that plays: bare ones, or a WAV whose header may not know how
/// long it will be.
///
/// ```swift
/// let stream = SoundStream(path: "standard input", sampleRate: 16_000)
/// while let bytes = pipe.next() { hear(try stream.append(bytes)) }
/// hear(stream.finish())
/// ```
public final class SoundStream {
    /// How bare samples of one channel are written.
    public enum BareSamples: String, Sendable {
        /// 16 bits with a sign, the least significant byte first.
        case signed16
        /// G.711, as telephones have it in Europe, and in America and Japan.
        case aLaw, muLaw
    }

    private let path: String
    private let sampleRate: Int
    private let rawEncoding: RawEncoding
    /// How the samples lie; nil until the beginning has told.
    private var encoding: RawEncoding?
    private var resampler: Resampler?
    /// What came and was not decoded.
    private var bytes: [UInt8] = []
    /// Bytes of samples that are still to come.
    private var byteCount = Int.max

    /// - Parameters:
    ///   - path: what errors call it.
    ///   - sampleRate: of the samples that are made, in Hz.
    ///   - rawRate: of bare samples, in Hz: 16 bits with a sign, the least significant byte first, one channel.
    public init(path: String, sampleRate: Int, rawRate: Int = 16_000) {
        (self.path, self.sampleRate) = (path, sampleRate)
        rawEncoding = RawEncoding(sample: .signed16, channelCount: 1, sampleRate: rawRate)
    }

    /// A stream of bare samples, whatever their first bytes look like.
    ///
    /// - Parameters:
    ///   - path: what errors call it.
    ///   - sampleRate: of the samples that are made, in Hz.
    ///   - bareSamples: how they are written.
    ///   - rawRate: theirs, in Hz.
    /// - Throws: `FileError` where no memory is left.
    public init(path: String, sampleRate: Int, bareSamples: BareSamples, rawRate: Int) throws(FileError) {
        (self.path, self.sampleRate) = (path, sampleRate)
        rawEncoding = RawEncoding(sample: bareSamples.sample, channelCount: 1, sampleRate: rawRate)
        try use(rawEncoding)
    }

    /// Takes the next bytes.
    ///
    /// - Returns: the samples that they complete, all channels mixed to one, full scale ±1.
    /// - Throws: `FileError` where the beginning is another kind of recording, or a header is damaged.
    public func append(_ more: [UInt8]) throws(FileError) -> [Float] {
        bytes += more
        if encoding == nil { try begin(isLast: false) }
        return try decoded()
    }

    /// Says that no more bytes follow; half a sample at the end is left out.
    ///
    /// - Returns: the samples that are left.
    /// - Throws: `FileError` where the sound ends inside its header.
    public func finish() throws(FileError) -> [Float] {
        if encoding == nil { try begin(isLast: true) }
        var samples = try decoded()
        resampler?.finish(into: &samples)
        return samples
    }

    /// Looks at the beginning, as soon as there is enough of it.
    private func begin(isLast: Bool) throws(FileError) {
        guard bytes.count >= 12 || isLast else { return }
        let source = ByteSource.memory(bytes, path: path)
        switch AudioFormat(of: bytes) {
        case .wav:
            guard let header = try StreamedWAVHeader(bytes, in: source) else {
                if isLast { throw source.damaged("ends inside its header") }
                return
            }
            bytes.removeFirst(header.byteCount)
            byteCount = header.sampleByteCount ?? .max
            try use(header.encoding)
        case .bigEndianWAV, .wave64, .aiff, .aiffC, .caf, .au, .flac, .ogg:
            throw source.damaged("is neither bare samples nor WAV, which alone can be heard as they come")
        default: try use(rawEncoding)
        }
    }

    private func use(_ encoding: RawEncoding) throws(FileError) {
        self.encoding = encoding
        guard encoding.sampleRate != sampleRate else { return }
        resampler = try Resampler(from: encoding.sampleRate, to: sampleRate, path: path)
    }

    /// Decodes all that is complete.
    private func decoded() throws(FileError) -> [Float] {
        guard let encoding else { return [] }
        let count = min(bytes.count, byteCount) / encoding.frameByteCount * encoding.frameByteCount
        let samples = encoding.mixed(bytes[..<count])
        bytes.removeFirst(count)
        byteCount -= count
        // What stands behind the samples of a WAV is no sound.
        if byteCount < encoding.frameByteCount { bytes = [] }
        guard samples.allSatisfy(\.isFinite) else {
            throw FileError(.badData, path: path, cause: "holds a sample that is NaN or infinite")
        }
        guard let resampler else { return samples }
        var result: [Float] = []
        samples.withUnsafeBufferPointer { if !$0.isEmpty { resampler.process($0, into: &result) } }
        return result
    }
}

extension SoundStream.BareSamples {
    fileprivate var sample: RawEncoding.Sample {
        switch self {
        case .signed16: .signed16
        case .aLaw: .aLaw
        case .muLaw: .muLaw
        }
    }
}
