public import TesseraFiles

/// The samples of a recording, decoded as they are asked for: one channel, the mean of all, at the rate that was asked for.
public final class AudioSamples {
    /// In Hz.
    public let sampleRate: Int
    /// What is odd about the recording, as far as it was read.
    public private(set) var warnings: [String]
    /// Whether a part of the recording is known to be missing, as far as it was read.
    public private(set) var isIncomplete: Bool
    private let source: ByteSource
    private let layout: AudioLayout
    /// Which part is being decoded.
    private var partIndex = 0
    private var decoder: any SampleDecoder
    private var resampler: Resampler?
    /// Samples of the parts before.
    private var earlierCount = 0
    private var isAtEnd = false
    private var interleaved: [Float] = []
    private var mixed = [Float](repeating: 0, count: blockLength)
    private var ready: [Float] = []

    /// Samples of each channel that are decoded at a time.
    private static let blockLength = 4096

    /// Full scale is 1. Whatever is beyond this is no sound, and would be infinite in a spectrum's power.
    private static let largestMagnitude: Float = 1e10

    /// - Parameter first: The decoder of the first part, of which nothing was read; nil to have one made.
    init(
        of source: ByteSource, _ layout: AudioLayout, sampleRate: Int, _ first: (any SampleDecoder)? = nil
    ) throws(FileError) {
        (self.source, self.layout, self.sampleRate) = (source, layout, sampleRate)
        (warnings, isIncomplete) = (layout.warnings, layout.isIncomplete)
        decoder = if let first { first } else { try layout.decoder(ofPart: 0, in: source) }
        try prepare()
    }

    /// Makes what the part's rate and channels need.
    private func prepare() throws(FileError) {
        interleaved = [Float](repeating: 0, count: Self.blockLength * decoder.channelCount)
        resampler =
            decoder.sampleRate == sampleRate
            ? nil : try Resampler(from: decoder.sampleRate, to: sampleRate, path: source.path)
    }

    /// The next samples: `count` of them, or as many as are left; none at the end. Full scale is ±1.
    ///
    /// - Throws: `FileError.badData` when the recording is damaged there or holds a sample that is NaN or infinite;
    ///   `FileError.inputOutput` when reading fails.
    public func read(upTo count: Int) throws(FileError) -> [Float] {
        while ready.count < count, !isAtEnd { try decodeBlock() }
        let block = Array(ready.prefix(count))
        ready.removeFirst(block.count)
        return block
    }

    private func decodeBlock() throws(FileError) {
        let count = try decoder.read(Self.blockLength, into: &interleaved)
        guard count > 0 else { return try finishPart() }
        try mix(count)
        mixed.withUnsafeBufferPointer { mixed in
            let block = UnsafeBufferPointer(rebasing: mixed[..<count])
            if let resampler { resampler.process(block, into: &ready) } else { ready.append(contentsOf: block) }
        }
    }

    /// Writes the mean of the channels to `mixed`.
    private func mix(_ count: Int) throws(FileError) {
        let channelCount = decoder.channelCount
        let share = 1 / Float(channelCount)
        var isOrdinary = true
        for index in 0..<count {
            var mean: Float = 0
            for channel in 0..<channelCount { mean += interleaved[index * channelCount + channel] * share }
            mixed[index] = mean
            isOrdinary = isOrdinary && abs(mean) <= Self.largestMagnitude  // false for NaN too
        }
        if !isOrdinary { try limit(count) }
    }

    private func limit(_ count: Int) throws(FileError) {
        if let index = mixed[..<count].firstIndex(where: { !$0.isFinite }) {
            let place = "sample \(earlierCount + decoder.decodedCount - count + index)"
            throw source.damaged("holds a sample that is NaN or infinite", place: place)
        }
        let largest = mixed[..<count].reduce(0) { max($0, abs($1)) }
        let warning = "holds samples as large as \(largest), where full scale is 1"
        if !warnings.contains(where: { $0.hasPrefix("holds samples as large") }) { warnings.append(warning) }
        for index in 0..<count { mixed[index] = min(max(mixed[index], -Self.largestMagnitude), Self.largestMagnitude) }
    }

    private func finishPart() throws(FileError) {
        resampler?.finish(into: &ready)
        if let omission = decoder.omission {
            warnings.append(omission)
            isIncomplete = true
        }
        earlierCount += decoder.decodedCount
        partIndex += 1
        isAtEnd = partIndex == layout.parts.count
        guard !isAtEnd else { return }
        decoder = try layout.decoder(ofPart: partIndex, in: source)
        try prepare()
    }
}
