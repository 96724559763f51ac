public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension ImageClassifier {
    /// What transformers' pipeline makes of a label.
    public static let standardTemplate = "This is a photo of {}."

    /// Whether labels can be given in words: whether pictures share a space with texts (CLIP, SigLIP).
    public var takesLabels: Bool { model.configuration.hasUnitFeatures }

    /// The same model with labels in words: the texts' features are the weights of its head (Radford et al., 2021, 3.1.2).
    ///
    /// - Parameters:
    ///   - labels: one at least.
    ///   - template: what is said of each, with `{}` where the label belongs.
    ///   - tower: the text tower of the same checkpoint.
    /// - Throws: `FileError` when the model takes no labels or the towers do not fit; `CancellationError` when the task is cancelled.
    public func labelled(
        _ labels: [String], template: String = standardTemplate, by tower: TextTower
    ) throws -> ImageClassifier {
        try checkTakesLabels(labels)
        return try labelled(labels, features: tower.features(of: labels, template: template), by: tower)
    }

    /// The same model with labels whose features are known.
    ///
    /// - Parameters:
    ///   - labels: one at least.
    ///   - features: what the tower makes of each, `[labels, features]`
    ///   - tower: the text tower of the same checkpoint.
    /// - Throws: `FileError` when the model takes no labels or the towers do not fit.
    public func labelled(
        _ labels: [String], features: Tensor, by tower: TextTower
    ) throws(FileError) -> ImageClassifier {
        try checkTakesLabels(labels)
        guard features.shape[1] == model.configuration.featureCount else {
            let sizes = "\(features.shape[1]) numbers, of pictures \(model.configuration.featureCount)"
            throw FileError(.badData, path: name, cause: "features of texts have \(sizes)")
        }
        var (copy, weights) = (self, features)
        weights *= tower.scoreScale
        copy.model.configuration.labels = labels
        copy.model.configuration.scores = tower.scores
        copy.model.classifier = Linear(
            weight: weights, bias: tower.scoreBias.map { Tensor(shape: [labels.count], repeating: $0) })
        return copy
    }

    private func checkTakesLabels(_ labels: [String]) throws(FileError) {
        guard takesLabels else {
            throw FileError(.badData, path: name, cause: "takes no labels in words: it has no text tower")
        }
        guard !labels.isEmpty else { throw FileError(.badData, path: name, cause: "there are no labels") }
    }
}

extension TextTower {
    /// What the product of a text and a picture is multiplied with.
    var scoreScale: Float { Float(exp(Double(network.scoreScale.values[0]))) }

    /// What is then added.
    var scoreBias: Float? { network.scoreBias?.values[0] }
}
