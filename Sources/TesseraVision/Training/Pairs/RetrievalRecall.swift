internal import TesseraImage
internal import TesseraLayers
package import TesseraTensor

/// How often what belongs together is found among many pictures and texts: of each picture, whether one of its own texts is among the k that
/// fit it best, and of each text the same of its pictures.
package struct RetrievalRecall: Sendable {
    /// Of how many pictures a text is among the first 1 and 5, as shares of all.
    package let texts: (atOne: Double, atFive: Double)
    /// Of how many texts a picture is.
    package let pictures: (atOne: Double, atFive: Double)

    /// - Parameters:
    ///   - pictures: `[pairs, features]`, each row of length 1.
    ///   - texts: the same of the text that belongs to each.
    ///   - belongs: whether the picture of one pair and the text of another belong together too.
    package init(pictures: Tensor, texts: Tensor, belongs: (Int, Int) -> Bool) {
        self.texts = RetrievalRecall.shares(of: pictures, among: texts, belongs)
        self.pictures = RetrievalRecall.shares(of: texts, among: pictures) { belongs($1, $0) }
    }

    private static func shares(
        of queries: Tensor, among candidates: Tensor, _ belongs: (Int, Int) -> Bool
    ) -> (atOne: Double, atFive: Double) {
        let (count, atOnce) = (queries.shape[0], 256)
        let products = Linear(weight: candidates, bias: nil)
        var ranks: [Int] = []
        for start in stride(from: 0, to: count, by: atOnce) {
            let scores = products(queries.rows(start..<min(start + atOnce, count))).values
            for row in 0..<scores.count / count {
                let scores = scores[row * count..<(row + 1) * count]
                let own = (0..<count).filter { belongs(start + row, $0) }.map { scores[scores.startIndex + $0] }.max()
                ranks.append(scores.count { $0 > own ?? -.infinity })
            }
        }
        func share(_ limit: Int) -> Double { Double(ranks.count { $0 < limit }) / Double(max(1, count)) }
        return (share(1), share(5))
    }
}

extension ImageTextPairs {
    /// How well a model finds the pictures and texts of these pairs among all of them. All texts of a picture are its own, and so are all
    /// pictures of a text.
    ///
    /// - Parameter progress: is told how many more pictures were looked at.
    /// - Throws: `FileError` when a picture can no longer be read.
    package func recall(
        of classifier: ImageClassifier, _ tower: TextTower, progress: (Int) -> Void = { _ in }
    ) throws -> RetrievalRecall {
        var features: [Float] = []
        for start in stride(from: 0, to: pairs.count, by: 64) {
            let some = pairs[start..<min(start + 64, pairs.count)]
            features += try classifier.features(some.map { try RGBImage.read($0.image).image }).values
            progress(some.count)
        }
        let pictures = Tensor(shape: [pairs.count, features.count / max(1, pairs.count)], features)
        let (texts, images) = (numbers(of: pairs.map(\.text)), numbers(of: pairs.map(\.image)))
        return RetrievalRecall(pictures: pictures, texts: try tower.features(pairs.map(\.text))) { picture, text in
            texts[picture] == texts[text] || images[picture] == images[text]
        }
    }

    /// A number for each, the same for those that are alike.
    private func numbers(of strings: [String]) -> [Int] {
        var known: [String: Int] = [:]
        return strings.map { string in
            let number = known[string] ?? known.count
            known[string] = number
            return number
        }
    }
}
