import ArgumentParser
import TesseraAudioCommands
import TesseraCommands
import TesseraFiles
import TesseraSpeech

/// The part of the command that `--manifest`, `--shard` and `--output` ask for.
extension ClassifyAudio {
    /// Classifies one recording after the other, and gives a line of JSON for each.
    func classifyItems(_ inputs: InputFiles) throws {
        try items.refuse([("--format", format != nil && format != .jsonl)])
        let classifyAll = try ItemRun(
            items, arguments: inputs, key: "audio", results: ClassifiedSound.jsonNames, run: common.run)
        let folder = try modelFolder()
        try classifyAll.begin(model: folder)
        let classifier = try classifier(folder)
        try classifyAll { try $0.map { try result($0, classifier) } }
    }

    private func result(_ item: Item, _ classifier: AudioClassifier) throws -> ItemResult {
        try ItemResult {
            let sound = try classifier.classify(try openRecording(of: item), window: window, topK: topK)
            for warning in sound.warnings { common.run.warn("\(item.name): \(warning)") }
            return ItemResult { json in sound.write(to: &json) }
        }
    }
}
