internal import TesseraImage
internal import TesseraLayers

extension ImageAugmentation {
    /// A picture mixed with its partner, and how much of the result shows the partner.
    ///
    /// - Parameters:
    ///   - partner: of the same size.
    ///   - random: this picture's, in this epoch.
    func mixed(
        _ picture: RGBImage, with partner: RGBImage, using random: inout RandomGenerator
    ) -> (picture: RGBImage, partnerShare: Float) {
        guard random.nextUniform() < mixingProbability else { return (picture, 0) }
        if random.nextUniform() < 0.5 {
            let share = betaDistributed(mixUpAlpha, &random)
            return (picture.mixed(with: partner, share: share), share)
        }
        let window = cutMixWindow(of: picture, area: betaDistributed(cutMixAlpha, &random), &random)
        let share = window.share(ofWidth: picture.width, height: picture.height)
        return (picture.replacing(columns: window.columns, rows: window.rows, by: partner), share)
    }

    /// A rectangle of the picture's proportions with its centre anywhere, cut off at the border.
    private func cutMixWindow(of picture: RGBImage, area: Float, _ random: inout RandomGenerator) -> ImageWindow {
        func part(of side: Int) -> Range<Int> {
            let length = Int(Float(side) * area.squareRoot())
            let start = random.nextInteger(in: 0...side - 1) - length / 2
            return max(start, 0)..<min(start + length, side)
        }
        let columns = part(of: picture.width)
        return ImageWindow(columns: columns, rows: part(of: picture.height))
    }
}

/// A number from Beta(alpha, alpha), by Jöhnk's method (1964), which is quick for `alpha` up to 1.
func betaDistributed(_ alpha: Float, _ random: inout RandomGenerator) -> Float {
    precondition(alpha > 0 && alpha <= 1, "alpha must be above 0 and at most 1")
    while true {
        let (x, y) = (random.nextUniform().power(1 / alpha), random.nextUniform().power(1 / alpha))
        // Powers of small numbers may both come out as 0.
        if x + y <= 1, x + y > 0 { return x / (x + y) }
    }
}
