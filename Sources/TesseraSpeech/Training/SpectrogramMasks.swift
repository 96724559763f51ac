package import TesseraLayers
package import TesseraTensor

/// Masks bands of mel bins and stretches of time by the mean of all features (SpecAugment, Park et al., 2019).
package struct SpectrogramMasks: Sendable, Equatable {
    /// The most bands of mel bins, and stretches of time.
    package var melCount = 0, timeCount = 0
    /// The widest mask, as a share of all mel bins and of the sound's frames.
    package var melShare: Float = 0, timeShare: Float = 0

    /// - Parameters:
    ///   - frames: `[frames, mel bins]`
    ///   - count: how many of the frames are the sound's; those behind fill it up. All of them where nil.
    package func apply(to frames: inout Tensor, first count: Int? = nil, using random: inout RandomGenerator) {
        let (count, binCount) = (count ?? frames.shape[0], frames.shape[1])
        guard melCount > 0 || timeCount > 0, count > 0 else { return }
        frames.withMutableValues { values in
            let mean = values[..<(count * binCount)].reduce(0, +) / Float(count * binCount)
            for _ in 0..<random.nextInteger(in: 0...melCount) {
                let bins = SpectrogramMasks.mask(of: binCount, widest: melShare, &random)
                for frame in 0..<count {
                    let start = frame * binCount
                    values[start + bins.lowerBound..<start + bins.upperBound].update(repeating: mean)
                }
            }
            for _ in 0..<random.nextInteger(in: 0...timeCount) {
                let masked = SpectrogramMasks.mask(of: count, widest: timeShare, &random)
                values[masked.lowerBound * binCount..<masked.upperBound * binCount].update(repeating: mean)
            }
        }
    }

    /// A stretch of `count`, of a random length and at a random place.
    private static func mask(of count: Int, widest: Float, _ random: inout RandomGenerator) -> Range<Int> {
        let width = random.nextInteger(in: 0...Int(min(max(widest, 0), 1) * Float(count)))
        let start = random.nextInteger(in: 0...count - width)
        return start..<start + width
    }
}

extension SpeechAugmentation {
    /// What of the features is masked.
    package var masks: SpectrogramMasks {
        SpectrogramMasks(
            melCount: melMaskCount, timeCount: timeMaskCount, melShare: melMaskShare, timeShare: timeMaskShare)
    }
}
