package import TesseraTensor
internal import TesseraTraining

/// Pictures and what is said of each.
package struct PairBatch: TrainingBatch {
    /// `[batch, 3, height, width]`
    package let pixels: Tensor
    /// The tokens of the text of each.
    package let texts: [[Int32]]
    /// What their whole batch says of the pairs, once it is known, and which of its pairs these are.
    let comparison: (whole: PairComparison, isFound: [Bool], range: Range<Int>)?

    /// - Parameters:
    ///   - pixels: `[batch, 3, height, width]`
    ///   - texts: the tokens of the text of each.
    package init(pixels: Tensor, texts: [[Int32]]) { self.init(pixels, texts, nil) }

    private init(
        _ pixels: Tensor, _ texts: [[Int32]], _ comparison: (whole: PairComparison, isFound: [Bool], range: Range<Int>)?
    ) {
        precondition(pixels.shape[0] == texts.count, "one text a picture")
        (self.pixels, self.texts, self.comparison) = (pixels, texts, comparison)
    }

    package var count: Int { texts.count }

    package func samples(_ range: Range<Int>) -> PairBatch {
        let part = comparison.map { comparison in
            let first = comparison.range.lowerBound
            return (comparison.whole, comparison.isFound, first + range.lowerBound..<first + range.upperBound)
        }
        return PairBatch(pixels.rows(range), Array(texts[range]), part)
    }

    /// The batch with what its comparison says. Another pair's text that is the same is as good as a picture's own.
    package func compared(_ comparison: PairComparison) -> PairBatch {
        let isFound = comparison.best.enumerated().map { texts[$0] == texts[$1] }
        return PairBatch(pixels, texts, (comparison, isFound, 0..<count))
    }

    /// For how many pictures their own text is the best of the whole batch, once that is known.
    package var foundCount: Int { comparison.map { $0.isFound[$0.range].count { $0 } } ?? 0 }
}
