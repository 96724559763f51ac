import ArgumentParser
import TesseraTensor
import TesseraTraining
import TesseraVision

/// How many of the pictures that a training set aside a model gets right, in every precision.
@main
struct AccuracyBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Counts how many of the pictures that a training set aside a model gets right, in every precision.")

    @Argument(help: "A model's folder.")
    var model: String

    @Option(help: "The pictures that train-model was given: a folder with a folder for each class.")
    var data: String

    @Option(help: "The training's --validation-fraction.")
    var validationFraction = 0.1

    @Option(help: "The training's --seed.")
    var seed: UInt64 = 0

    func run() throws {
        let pictures = try ClassFolder(pictures: data)
        for precision in Precision.allCases {
            let classifier = try ImageClassifier(folder: model, precision: precision)
            let files = try pictures.relabelled(as: classifier.labels)
                .split(validationFraction: validationFraction, seed: seed).validation
            var hits = 0
            for start in stride(from: 0, to: files.count, by: 64) {
                let part = files[start..<min(start + 64, files.count)]
                for (file, result) in zip(part, try classifier.classify(files: part.map(\.path), topK: 1)) {
                    if try result.get().predictions[0].index == file.label { hits += 1 }
                }
            }
            let share = Double(hits * 10_000 / max(1, files.count)) / 100
            print("\(precision.rawValue): \(hits) of \(files.count) right, \(share) %")
        }
    }
}
