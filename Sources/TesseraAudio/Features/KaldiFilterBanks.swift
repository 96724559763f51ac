internal import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The logarithms of Kaldi's mel filter banks: each frame of 25 ms, 10 ms from the one before, is freed of its mean, pre-emphasised,
/// weighted with a window and filled up to a power of two. Frames that do not fit into the sound are left out.
struct KaldiFilterBanks: Sendable {
    /// What a frame's samples are weighted with; both are 0 at its first sample and its last.
    enum Window: Sendable {
        /// Hann's to the power of 0.85, after Daniel Povey.
        case povey
        /// Hann's.
        case hann

        fileprivate var exponent: Double { self == .povey ? 0.85 : 1 }
    }

    private let melBinCount: Int
    private let windowLength, hopLength: Int
    private let fullScale: Float
    private let filters: MelFilterBank
    private let transform: FourierTransform
    private let window: [Float]

    private static let preEmphasis: Float = 0.97

    /// - Parameter fullScale: what samples of 1 are multiplied with first: Kaldi works on those of 16 bits.
    init(sampleRate: Int, melBinCount: Int, window: Window, fullScale: Float) {
        let length = sampleRate * 25 / 1000
        (self.melBinCount, self.fullScale) = (melBinCount, fullScale)
        (windowLength, hopLength) = (length, sampleRate * 10 / 1000)
        transform = FourierTransform(size: 1 << (Int.bitWidth - (length - 1).leadingZeroBitCount))
        filters = .kaldi(transformSize: transform.size, sampleRate: sampleRate, melBinCount: melBinCount)
        self.window = (0..<length).map {
            Float(pow(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length - 1)), window.exponent))
        }
    }

    /// Frames that fit into so many samples.
    func frameCount(sampleCount: Int) -> Int {
        sampleCount < windowLength ? 0 : (sampleCount - windowLength) / hopLength + 1
    }

    /// Writes the features of the first frames of a sound to `features` `[frames, mel bins]`, as many as it holds.
    func compute(_ samples: [Float], into features: UnsafeMutableBufferPointer<Float>) {
        guard let target = features.baseAddress else { return }
        Threads.forEachRange(of: features.count / melBinCount, grain: 64) { range in
            let frame = FloatBuffer(transform.size)
            let spectrum = FloatBuffer(2 * transform.frequencyCount)
            let power = FloatBuffer(transform.frequencyCount)
            samples.withUnsafeBufferPointer { samples in
                for index in range {
                    prepare(samples, from: index * hopLength, to: frame.start)
                    transform(frame.start, to: spectrum.start)
                    squaredMagnitudes(spectrum.start, transform.frequencyCount, to: power.start)
                    filters.apply(power.start, to: target + index * melBinCount)
                }
            }
            // Kaldi's floor is the smallest step of Float at 1.
            UnsafeMutableBufferPointer(start: target + range.lowerBound * melBinCount, count: range.count * melBinCount)
                .replaceByLogarithm2(floor: .ulpOfOne, times: 0.693_147_180_56)
        }
    }

    /// The window's samples as the transform takes them.
    private func prepare(
        _ samples: UnsafeBufferPointer<Float>, from start: Int, to frame: UnsafeMutablePointer<Float>
    ) {
        var sum: Double = 0
        for index in 0..<windowLength { sum += Double(samples[start + index]) }
        let mean = Float(sum / Double(windowLength))
        // Each is emphasised against the one before it, the first against itself.
        var previous = (samples[start] - mean) * fullScale
        window.withUnsafeBufferPointer { window in
            for index in 0..<windowLength {
                let sample = (samples[start + index] - mean) * fullScale
                frame[index] = (sample - Self.preEmphasis * previous) * window[index]
                previous = sample
            }
        }
        (frame + windowLength).update(repeating: 0, count: transform.size - windowLength)
    }
}
