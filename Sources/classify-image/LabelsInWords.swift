import ArgumentParser
import TesseraFiles
import TesseraImageCommands
import TesseraTensor
import TesseraVision

/// What `--labels` and `--labels-file` ask for.
extension ClassifyImage {
    /// Loads the model, with the labels that are given in words.
    func loadClassifier(_ folder: ModelFolder) throws -> ImageClassifier {
        let classifier = try ImageClassifier(folder, precision: common.precision)
        guard words.areGiven else { return classifier }
        guard classifier.takesLabels else {
            let cause = classifier.hasHead ? "has labels of its own" : "has no text tower"
            throw ValidationError("\(folder.name) \(cause): --labels needs a checkpoint of two towers (CLIP, SigLIP).")
        }
        let names = try words.names()
        let tower = try TextTower(folder, precision: common.precision)
        let template = words.template ?? ImageClassifier.standardTemplate
        let features = try tower.features(of: names, template: template)
        if let labelFeatures { try Embeddings.write(features, of: names, as: "labels", to: labelFeatures) }
        return try classifier.labelled(names, features: features, by: tower)
    }

    /// Why a model says nothing about a picture.
    func headless(_ classifier: ImageClassifier) -> String {
        classifier.takesLabels
            ? "\(classifier.name) takes its labels in words, with --labels"
            : "\(classifier.name) has no classification head"
    }
}
