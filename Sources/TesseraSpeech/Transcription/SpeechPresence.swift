internal import TesseraTensor

/// Tells sound that may be speech from silence and steady noise: speech comes in syllables, so its loudness goes up and down,
/// where a fan's, a hum's or a hiss's stays.
struct SpeechPresence {
    /// How far the loudest fifth of a second must stand out from the quietest tenth of the window, in log-mel features: a quarter
    /// is 10 dB. Thirty seconds of white noise measure 0.032.
    private static let leastContrast: Float = 0.06
    /// Frames in a fifth of a second.
    private static let syllable = 20

    /// - Parameter features: log-mel features, `[frames, mel bins]`
    static func isPossible(in features: Tensor) -> Bool {
        let (frames, bins) = (features.shape[0], features.shape[1])
        guard frames > 0, bins > 0 else { return false }
        let loudness = features.withValues { values in
            (0..<frames).map { frame in values[frame * bins..<(frame + 1) * bins].reduce(0, +) / Float(bins) }
        }
        let width = min(syllable, frames)
        var sum = loudness[..<width].reduce(0, +)
        var means = [sum / Float(width)]
        for frame in width..<max(width, frames) {
            sum += loudness[frame] - loudness[frame - width]
            means.append(sum / Float(width))
        }
        let quiet = loudness.sorted()[frames / 10]
        return (means.max() ?? quiet) - quiet > leastContrast
    }
}
