public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The features of Whisper (Radford et al., 2022): log₁₀ of the power in mel filters, frame by frame, floored at 8 below a
/// maximum and brought to about -1 … 1.
///
/// Frame n is centred on sample n · hop. It is computed in two steps that are kept apart: the logarithms, which depend on
/// the samples around a frame alone, and `scale`, which needs the maximum that counts — of a window, of a whole recording, or
/// so far.
///
/// ```swift
/// let spectrogram = LogMelSpectrogram(try LogMelSettings(JSONObject.read("whisper/preprocessor_config.json")))
/// let features = spectrogram(samples)   // one window, [3000, 80]
/// ```
public struct LogMelSpectrogram: Sendable {
    /// Frames, bins and rate.
    public let settings: LogMelSettings
    package let filters: MelFilterBank
    private let transform: FourierTransform
    private let window: [Float]

    /// log₁₀ of the least power that counts, 10⁻¹⁰: that of silence.
    package static let silence: Float = -10

    /// What a feature of silence is where `maximum` is the largest logarithm.
    package static func feature(ofSilenceBelow maximum: Float) -> Float { (max(silence, maximum - 8) + 4) / 4 }

    /// Prepares window, transform and filters for recordings of `settings`' sample rate.
    public init(_ settings: LogMelSettings = LogMelSettings()) {
        self.settings = settings
        let size = settings.transformSize
        transform = FourierTransform(size: size)
        filters = .slaney(
            transformSize: size, sampleRate: settings.sampleRate, melBinCount: settings.melBinCount)
        // Hann's, periodic: one more sample would be the first again.
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(size))) }
    }

    /// The features of one window, floored at 8 below their own maximum, as transformers' WhisperFeatureExtractor has them.
    ///
    /// - Parameters:
    ///   - samples: At `settings.sampleRate`, full scale ±1. What is beyond the window is left out.
    ///   - sampleCount: Samples of the window, more than half of `settings.transformSize`: the model's, unless given. What
    ///     is missing is filled up with the padding value.
    /// - Returns: `[frames, melBins]`.
    public func callAsFunction(_ samples: [Float], sampleCount: Int? = nil) -> Tensor {
        let count = sampleCount ?? settings.windowSampleCount
        let half = settings.transformSize / 2
        precondition(count > half, "a window of \(count) samples is too short for a transform of \(2 * half)")
        let signal = reflected(samples, count: count)
        let frameCount = count / settings.hopLength
        // Behind the samples there is nothing but silence.
        let isSilent = settings.paddingValue == 0
        let soundingCount = isSilent ? min(frameCount, (samples.count + half) / settings.hopLength + 1) : frameCount
        var result = Tensor(uninitialized: [frameCount, settings.melBinCount])
        result.withMutableValues { values in
            let sounding = UnsafeMutableBufferPointer(rebasing: values[..<(soundingCount * settings.melBinCount)])
            signal.withUnsafeBufferPointer { computeLogarithms($0, into: sounding) }
            values[sounding.count...].update(repeating: Self.silence)
            Self.scale(values, maximum: max(sounding.largest(), soundingCount < frameCount ? Self.silence : -.infinity))
        }
        return result
    }

    /// `count` of the samples, filled up behind and reflected by half a transform at both ends.
    private func reflected(_ samples: [Float], count: Int) -> [Float] {
        let half = settings.transformSize / 2
        var signal = [Float](repeating: settings.paddingValue, count: count + 2 * half)
        let kept = min(count, samples.count)
        signal.withUnsafeMutableBufferPointer { signal in
            samples.withUnsafeBufferPointer { _ = signal[half...].update(fromContentsOf: $0.prefix(kept)) }
            for index in 0..<half {
                signal[index] = signal[2 * half - index]
                signal[half + count + index] = signal[half + count - 2 - index]
            }
        }
        return signal
    }

    /// log₁₀ of the power in each mel filter, at least -10.
    ///
    /// - Parameters:
    ///   - signal: Frame n is made of the samples from n · hop on.
    ///   - logarithms: `[frames, melBins]`, as many frames as fit.
    func computeLogarithms(_ signal: UnsafeBufferPointer<Float>, into logarithms: UnsafeMutableBufferPointer<Float>) {
        let binCount = settings.melBinCount
        let frameCount = logarithms.count / binCount
        guard frameCount > 0, let samples = signal.baseAddress, let target = logarithms.baseAddress else { return }
        precondition(signal.count >= (frameCount - 1) * settings.hopLength + settings.transformSize, "too few samples")
        Threads.forEachRange(of: frameCount, grain: 64) { range in
            let size = settings.transformSize
            let windowed = FloatBuffer(size)
            let spectrum = FloatBuffer(2 * transform.frequencyCount)
            let power = FloatBuffer(transform.frequencyCount)
            window.withUnsafeBufferPointer { window in
                for frame in range {
                    let start = samples + frame * settings.hopLength
                    for index in 0..<size { windowed.start[index] = start[index] * window[index] }
                    transform(windowed.start, to: spectrum.start)
                    squaredMagnitudes(spectrum.start, transform.frequencyCount, to: power.start)
                    filters.apply(power.start, to: target + frame * binCount)
                }
            }
            UnsafeMutableBufferPointer(start: target + range.lowerBound * binCount, count: range.count * binCount)
                .replaceByLogarithm2(floor: 1e-10, times: 0.301_029_995_66)
        }
    }

    /// Floors logarithms at 8 below `maximum`, and brings them to about -1 … 1.
    static func scale(_ logarithms: UnsafeMutableBufferPointer<Float>, maximum: Float) {
        let floor = maximum - 8
        for index in logarithms.indices {
            let value = logarithms[index]
            logarithms[index] = ((value > floor ? value : floor) + 4) / 4
        }
    }
}
