/// How clips are varied from epoch to epoch, so that a model learns what does not matter.
///
/// What happens to a clip depends on the seed, the epoch and its number, and on nothing else: a resumed training sees what an
/// uninterrupted one sees.
public struct SpeechAugmentation: Sendable, Equatable {
    /// How much faster it is spoken; pitch follows (Ko et al., 2015). Drawn in steps of a hundredth.
    public var speed: ClosedRange<Float>
    /// In dB; never so much that a sample leaves ±1.
    public var gain: ClosedRange<Float>
    /// The probability that noise is added.
    public var noiseProbability: Float
    /// How far speech is above the noise, in dB.
    public var signalToNoise: ClosedRange<Float>
    /// The most bands of mel bins, and stretches of time, that are masked (SpecAugment, Park et al., 2019).
    public var melMaskCount, timeMaskCount: Int
    /// The widest mask, as a share of all mel bins and of the clip's frames.
    public var melMaskShare, timeMaskShare: Float

    /// Varies nothing if not said otherwise.
    ///
    /// - Parameters:
    ///   - speed: how much faster clips are spoken.
    ///   - gain: how much louder they are, in dB.
    ///   - noiseProbability: that noise is added.
    ///   - signalToNoise: how far speech is above it, in dB.
    ///   - melMaskCount: the most bands of mel bins that are masked.
    ///   - timeMaskCount: the most stretches of time that are masked.
    ///   - melMaskShare: the widest band, as a share of all mel bins.
    ///   - timeMaskShare: the longest stretch, as a share of the clip's frames.
    public init(
        speed: ClosedRange<Float> = 1...1, gain: ClosedRange<Float> = 0...0, noiseProbability: Float = 0,
        signalToNoise: ClosedRange<Float> = 5...40, melMaskCount: Int = 0, timeMaskCount: Int = 0,
        melMaskShare: Float = 0.125, timeMaskShare: Float = 0.05
    ) {
        (self.speed, self.gain) = (speed, gain)
        (self.noiseProbability, self.signalToNoise) = (noiseProbability, signalToNoise)
        (self.melMaskCount, self.timeMaskCount) = (melMaskCount, timeMaskCount)
        (self.melMaskShare, self.timeMaskShare) = (melMaskShare, timeMaskShare)
    }

    /// The speeds in hundredths.
    var speeds: ClosedRange<Int> { Int((speed.lowerBound * 100).rounded())...Int((speed.upperBound * 100).rounded()) }

    /// Clips as they are: what validation uses.
    public static let none = SpeechAugmentation()

    /// Other speeds and loudness, noise, and masks: for training from scratch, and on few recordings.
    public static let standard = SpeechAugmentation(
        speed: 0.85...1.15, gain: -12...6, noiseProbability: 0.5, melMaskCount: 2, timeMaskCount: 2)
}
