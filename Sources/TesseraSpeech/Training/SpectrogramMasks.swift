package import TesseraLayers
package import TesseraTensor

extension SpeechAugmentation {
    /// Masks bands of mel bins and stretches of time by the mean of all features (SpecAugment, Park et al., 2019): up to the
    /// most, each up to the widest.
    ///
    /// - Parameter frames: `[frames, mel bins]`
    package func mask(_ frames: inout Tensor, using random: inout RandomGenerator) {
        let (count, binCount) = (frames.shape[0], frames.shape[1])
        guard melMaskCount > 0 || timeMaskCount > 0, count > 0 else { return }
        frames.withMutableValues { values in
            let mean = values.reduce(0, +) / Float(values.count)
            for _ in 0..<random.nextInteger(in: 0...melMaskCount) {
                let bins = SpeechAugmentation.mask(of: binCount, widest: melMaskShare, &random)
                for frame in 0..<count {
                    let start = frame * binCount
                    values[start + bins.lowerBound..<start + bins.upperBound].update(repeating: mean)
                }
            }
            for _ in 0..<random.nextInteger(in: 0...timeMaskCount) {
                let masked = SpeechAugmentation.mask(of: count, widest: timeMaskShare, &random)
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
