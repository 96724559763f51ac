import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraTensor
import TesseraTraining
import TesseraVision

/// Trains a vision Transformer to classify pictures.
struct TrainImage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Trains a vision Transformer (ViT, DeiT, DINOv2, BEiT) to classify pictures.",
        discussion: """
            The folder of pictures holds a folder for each class, whose name is the label: animals/cat/1.jpg.

            Examples:
              train-model image --data animals --config vit/config.json --output animals-vit
              train-model image --data shapes --from vit-cifar10 --output shapes-vit --epochs 5
              train-model image --data shapes --from owner/name --output shapes-vit --freeze encoder patchEmbedding
              classify-image --model animals-vit cat.jpg

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that classify-image and transformers load, the one so far where it was stopped; metrics.jsonl in it \
            has the loss of every step.
            """)

    @OptionGroup(title: "Pictures") var pictures: PictureOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    func run() throws {
        if let threads = training.threads { Threads.count = threads }
        let output = try TrainingFolder(training.output)
        let folder = try PictureFolder(pictures.data)
        let classifier = try start.classifierFolder(labels: folder.classes)
        let task = try PictureTask(
            pictures, folder, classifier, isFinetuning: start.isFinetuning, seed: training.seed)
        let facts = facts(task)
        // Compared before pictures are read, which may take minutes; those that cannot be read are counted here.
        let listed = settings(sampleCount: task.training.count, facts).fingerprint(sampleCount: task.training.count)
        if try output.isFinished(listed) {
            training.warn("\(training.output): this training is finished; there is nothing to do")
            return
        }
        let data = try task.read(isQuiet: training.quiet, warn: training.warn)
        try output.begin(listed)
        let result = try train(classifier, data, settings(sampleCount: data.training.sampleCount, facts))
        try classifier.write(result.model, to: training.output)
        guard result.isFinished else {
            training.warn("stopped at step \(result.step); the same command goes on from there")
            training.warn("\(training.output) is the model so far: \(summary(result.validation))")
            throw ExitCode(128 + (Interruption.received ?? 0))
        }
        try output.finish(listed, result.validation)
        try StandardOutput.write("\(training.output): \(summary(result.validation))\n")
    }

    private func train(
        _ classifier: ClassifierFolder, _ data: PictureTask.Data, _ settings: TrainingSettings
    ) throws -> TrainingResult<VisionTransformer> {
        let objective = ImageClassification(
            regularization: .init(
                dropout: Float(pictures.dropout),
                stochasticDepth: Float(pictures.stochasticDepth(isFinetuning: start.isFinetuning))))
        do {
            var trainer = try Trainer(
                objective, model: try classifier.initialModel(seed: training.seed), data: data.training,
                validation: data.validation, settings: settings, output: training.output)
            trainer.warnings.forEach(training.warn)
            if trainer.step > 0 { training.warn("going on from step \(trainer.step) of \(trainer.steps)") }
            var report = ProgressReport(samples: "pictures", isQuiet: training.quiet)
            defer { report.finish() }
            return try Interruption.heldBack {
                try trainer.run(report: { report.show($0) }, shouldStop: { Interruption.received != nil })
            }
        } catch TrainingError.nothingToFreeze(let name) {
            throw ValidationError("--freeze: no layer is called \(name).")
        } catch let error as TrainingError {
            throw FileError(.badData, path: training.output, cause: error.description)
        }
    }

    private func settings(sampleCount: Int, _ facts: [(name: String, value: String)]) -> TrainingSettings {
        training.settings(sampleCount: sampleCount, isFinetuning: start.isFinetuning, facts: facts)
    }

    /// What a training that goes on must have in common with the one that began, beside the loop's own settings.
    private func facts(_ task: PictureTask) -> [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"),
            ("augmentation", pictures.augmentation(isFinetuning: start.isFinetuning).rawValue),
            ("label smoothing", "\(pictures.labelSmoothing)"), ("dropout", "\(pictures.dropout)"),
            ("stochastic depth", "\(pictures.stochasticDepth(isFinetuning: start.isFinetuning))"),
        ] + task.facts
    }

    private func summary(_ figures: ValidationFigures?) -> String {
        guard let figures else { return "trained, without validation" }
        let accuracy = formatted("%.2f", figures.accuracy * 100)
        return
            "\(accuracy) % right in validation, loss \(formatted("%.4f", figures.loss)), after epoch \(figures.epoch)"
    }
}

extension TrainingOptions {
    /// Tells the user what is odd, or how the training goes.
    func warn(_ message: String) {
        if !quiet { StandardError.write(message) }
    }
}
