import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImageCommands
import TesseraModels
import TesseraVision

/// The part of the command that `--manifest`, `--shard` and `--output` ask for.
extension ClassifyImage {
    /// Classifies pictures batch by batch, and gives a line of JSON for each.
    func classifyItems(_ inputs: InputFiles) throws {
        try items.refuse([
            ("--features", features != nil), ("--attention-map", attentionMap != nil),
            ("--label-features", labelFeatures != nil),
            ("--format", format != nil && format != .jsonl),
        ])
        let classifyAll = try ItemRun(
            items, arguments: inputs, key: "image", results: ["predictions"], run: common.run)
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.vitCIFAR10.rawValue, shippedModels: ShippedModels.folder)
        try classifyAll.begin(model: folder)
        let classifier = try loadClassifier(folder)
        guard classifier.hasHead else { throw ValidationError(headless(classifier)) }
        try classifyAll(size: batchSize) { items in
            let numbers = items.indices.map(String.init)
            let results = try classifier.classify(files: numbers, topK: topK ?? 5) { number throws(FileError) in
                try readImage(of: items[Int(number) ?? 0])
            }
            return zip(items, results).map(result)
        }
    }

    private func result(_ item: Item, _ result: Result<ClassifiedImage, FileError>) -> ItemResult {
        switch result {
        case .success(let picture):
            for warning in picture.warnings { common.run.warn("\(item.name): \(warning)") }
            return ItemResult { json in picture.predictions.write(to: &json) }
        case .failure(let error): return ItemResult(error: error)
        }
    }
}
