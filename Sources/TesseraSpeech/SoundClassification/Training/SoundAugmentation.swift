/// How sounds are varied from epoch to epoch, so that a model learns what does not matter. Pitch and speed, which often do, stay.
///
/// What happens to a sound depends on the seed, the epoch and its number, and on nothing else: a resumed training hears what an
/// uninterrupted one hears.
public struct SoundAugmentation: Sendable, Equatable {
    /// Whether of a recording that is longer than the model's window another stretch is heard each time; if not, its beginning is.
    public var crops: Bool
    /// By how many seconds at most a shorter one begins earlier or later; what leaves at one end comes in at the other.
    public var shift: Double
    /// In dB; never so much that a sample leaves ±1.
    public var gain: ClosedRange<Float>
    /// The most bands of mel bins, and stretches of time, that are masked (SpecAugment, Park et al., 2019).
    public var melMaskCount, timeMaskCount: Int
    /// The widest mask, as a share of all mel bins and of the sound's frames.
    public var melMaskShare, timeMaskShare: Float

    /// Varies nothing if not said otherwise.
    ///
    /// - Parameters:
    ///   - crops: whether any stretch of a longer recording is heard.
    ///   - shift: seconds by which a shorter one begins earlier or later.
    ///   - gain: how much louder sounds are, in dB.
    ///   - melMaskCount: the most bands of mel bins that are masked.
    ///   - timeMaskCount: the most stretches of time that are masked.
    ///   - melMaskShare: the widest band, as a share of all mel bins.
    ///   - timeMaskShare: the longest stretch, as a share of the sound's frames.
    public init(
        crops: Bool = false, shift: Double = 0, gain: ClosedRange<Float> = 0...0, melMaskCount: Int = 0,
        timeMaskCount: Int = 0, melMaskShare: Float = 0.2, timeMaskShare: Float = 0.15
    ) {
        (self.crops, self.shift, self.gain) = (crops, shift, gain)
        (self.melMaskCount, self.timeMaskCount) = (melMaskCount, timeMaskCount)
        (self.melMaskShare, self.timeMaskShare) = (melMaskShare, timeMaskShare)
    }

    /// Sounds as they are: what validation uses.
    public static let none = SoundAugmentation()
    /// Other stretches, times and loudness.
    public static let light = SoundAugmentation(crops: true, shift: 0.1, gain: -6...6)
    /// The same, and masks: for training from scratch, and on few recordings.
    public static let standard = SoundAugmentation(
        crops: true, shift: 0.1, gain: -12...6, melMaskCount: 2, timeMaskCount: 2)

    /// What of the features is masked.
    var masks: SpectrogramMasks {
        SpectrogramMasks(
            melCount: melMaskCount, timeCount: timeMaskCount, melShare: melMaskShare, timeShare: timeMaskShare)
    }
}
