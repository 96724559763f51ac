public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The features of Speech2Text (Wang et al., 2020): the logarithms of Kaldi's mel filter banks, each brought to mean 0 and
/// variance 1 over the utterance.
///
/// Kaldi works on samples of 16 bits: each frame of 25 ms is freed of its mean, pre-emphasised, weighted with Povey's window
/// and filled up to a power of two. Frames that do not fit into the utterance are left out.
///
/// ```swift
/// let features = Speech2TextFeatures()(samples)   // [frames, 80]
/// ```
public struct Speech2TextFeatures: Sendable {
    /// Frames, bins and rate.
    public let settings: Speech2TextSettings
    private let filters: MelFilterBank
    private let transform: FourierTransform
    private let window: [Float]

    private static let fullScale: Float = 32_768
    private static let preEmphasis: Float = 0.97

    /// Prepares window, transform and filters for recordings of `settings`' sample rate.
    public init(_ settings: Speech2TextSettings = Speech2TextSettings()) {
        self.settings = settings
        let length = settings.windowLength
        transform = FourierTransform(size: 1 << (Int.bitWidth - (length - 1).leadingZeroBitCount))
        filters = .kaldi(
            transformSize: transform.size, sampleRate: settings.sampleRate, melBinCount: settings.melBinCount)
        // Povey's: Hann's, to the power of 0.85.
        window = (0..<length).map {
            Float(pow(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length - 1)), 0.85))
        }
    }

    /// Frames that fit into an utterance.
    public func frameCount(sampleCount: Int) -> Int {
        sampleCount < settings.windowLength ? 0 : (sampleCount - settings.windowLength) / settings.hopLength + 1
    }

    /// The features of one utterance, all of whose frames count for its mean and variance.
    ///
    /// - Parameter samples: At `settings.sampleRate`, full scale ±1.
    /// - Returns: `[frames, melBins]`, without frames when there are fewer samples than a window has.
    public func callAsFunction(_ samples: [Float]) -> Tensor {
        var result = Tensor(uninitialized: [frameCount(sampleCount: samples.count), settings.melBinCount])
        result.withMutableValues { compute(samples, into: $0) }
        return result
    }

    /// The features of several utterances, the shorter ones filled up with the padding value: `[batch, frames, melBins]`,
    /// and how many frames of each are its own.
    public func callAsFunction(_ utterances: [[Float]]) -> (features: Tensor, frameCounts: [Int]) {
        let counts = utterances.map { frameCount(sampleCount: $0.count) }
        let shape = [utterances.count, counts.max() ?? 0, settings.melBinCount]
        var result = Tensor(shape: shape, repeating: settings.paddingValue)
        result.withMutableValues { values in
            for (row, samples) in utterances.enumerated() {
                let start = row * shape[1] * shape[2]
                let own = UnsafeMutableBufferPointer(rebasing: values[start..<start + counts[row] * shape[2]])
                compute(samples, into: own)
            }
        }
        return (result, counts)
    }

    private func compute(_ samples: [Float], into features: UnsafeMutableBufferPointer<Float>) {
        let binCount = settings.melBinCount
        let frameCount = features.count / binCount
        guard frameCount > 0, let target = features.baseAddress else { return }
        Threads.forEachRange(of: frameCount, grain: 64) { range in
            let frame = FloatBuffer(transform.size)
            let spectrum = FloatBuffer(2 * transform.frequencyCount)
            let power = FloatBuffer(transform.frequencyCount)
            samples.withUnsafeBufferPointer { samples in
                for index in range {
                    prepare(samples, from: index * settings.hopLength, to: frame.start)
                    transform(frame.start, to: spectrum.start)
                    squaredMagnitudes(spectrum.start, transform.frequencyCount, to: power.start)
                    filters.apply(power.start, to: target + index * binCount)
                }
            }
            // Kaldi's floor is the smallest step of Float at 1.
            UnsafeMutableBufferPointer(start: target + range.lowerBound * binCount, count: range.count * binCount)
                .replaceByLogarithm2(floor: .ulpOfOne, times: 0.693_147_180_56)
        }
        normalize(target, frameCount)
    }

    /// The window's samples as the transform takes them.
    private func prepare(
        _ samples: UnsafeBufferPointer<Float>, from start: Int, to frame: UnsafeMutablePointer<Float>
    ) {
        let length = settings.windowLength
        var sum: Double = 0
        for index in 0..<length { sum += Double(samples[start + index]) }
        let mean = Float(sum / Double(length))
        // Each is emphasised against the one before it, the first against itself.
        var previous = (samples[start] - mean) * Self.fullScale
        window.withUnsafeBufferPointer { window in
            for index in 0..<length {
                let sample = (samples[start + index] - mean) * Self.fullScale
                frame[index] = (sample - Self.preEmphasis * previous) * window[index]
                previous = sample
            }
        }
        (frame + length).update(repeating: 0, count: transform.size - length)
    }

    /// Brings each feature to mean 0 and variance 1 over the frames, as far as the settings ask. One that does not vary,
    /// as in silence, stays 0 where transformers would make it NaN.
    private func normalize(_ features: UnsafeMutablePointer<Float>, _ frameCount: Int) {
        guard settings.normalizesMeans || settings.normalizesVariances else { return }
        let binCount = settings.melBinCount
        for bin in 0..<binCount {
            var (sum, squares): (Double, Double) = (0, 0)
            for frame in 0..<frameCount { sum += Double(features[frame * binCount + bin]) }
            let mean = sum / Double(frameCount)
            for frame in 0..<frameCount {
                let difference = Double(features[frame * binCount + bin]) - mean
                squares += difference * difference
            }
            let deviation = (squares / Double(frameCount)).squareRoot()
            let shift = settings.normalizesMeans ? mean : 0
            let scale = settings.normalizesVariances && deviation > 1e-6 ? 1 / deviation : 1
            for frame in 0..<frameCount {
                let place = frame * binCount + bin
                features[place] = Float((Double(features[place]) - shift) * scale)
            }
        }
    }
}
