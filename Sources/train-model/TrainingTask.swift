import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLayers
import TesseraTraining

/// What a subcommand trains on what: all that the kinds of trainings differ in.
protocol TrainingTask {
    associatedtype Objective: TrainingObjective
    associatedtype Data: TrainingData where Data.Batch == Objective.Batch

    /// What samples are called: `pictures`.
    var samples: String { get }
    /// How many samples are listed to train on, whether they can be read or not.
    var listedCount: Int { get }
    /// What a training that goes on must have in common with the one that began, beside the loop's own settings.
    var facts: [(name: String, value: String)] { get }
    /// The names of the model's files.
    var fileNames: [String] { get }
    var objective: Objective { get }
    /// Whether the model knows something already.
    var startsFromModel: Bool { get }
    /// How many samples make a step, where the user does not say.
    var usualBatchSize: Int { get }
    /// The learning rate of a model that knows something, as a share of a new model's.
    var finetuningShare: Double { get }

    /// The loop's settings, where the kind of training has its own.
    func adapt(_ settings: inout TrainingSettings)
    /// Reads every sample, and says what is wrong with those that cannot be read.
    func read(isQuiet: Bool, warn: (String) -> Void) throws -> (training: Data, validation: Data?)
    /// The task once it is known what is learned from: a new model's folder may say something about it.
    func prepared(for data: Data) -> Self
    func initialModel(seed: UInt64) throws(FileError) -> Trainable<Objective.Model>
    /// Writes the model's files to a folder that exists.
    func write(_ model: Trainable<Objective.Model>, to folder: String) throws(FileError)
    /// A line about the finished model in `folder`, beside its loss and accuracy; nil for none.
    func evaluation(of folder: String, on validation: Data?, isQuiet: Bool) throws -> String?
}

extension TrainingTask {
    func prepared(for data: Data) -> Self { self }

    /// Trains, or goes on where a training was left, and writes the model.
    func run(_ options: TrainingOptions) throws {
        try options.run.begin(reading: [])
        let output = try TrainingFolder(options.output)
        // Compared before samples are read, which may take minutes; those that cannot be read are counted here.
        let listed = options.settings(for: self, sampleCount: listedCount).fingerprint(sampleCount: listedCount)
        if try output.isFinished(listed) {
            options.run.warn("\(options.output): this training is finished; there is nothing to do")
            return
        }
        let data = try read(isQuiet: options.run.quiet, warn: options.run.warn)
        try output.begin(listed, fileNames: fileNames)
        let result = try train(data, options)
        try prepared(for: data.training).write(result.model, to: options.output)
        guard result.isFinished else {
            options.run.warn("stopped at step \(result.step); the same command goes on from there")
            options.run.warn("\(options.output) is the model so far: \(summary(result.validation))")
            throw ExitCode(128 + (Interruption.received ?? 0))
        }
        let evaluation = try evaluation(of: options.output, on: data.validation, isQuiet: options.run.quiet)
        try output.finish(listed, result.validation, hasLabels: Objective.hasLabels)
        let lines = [summary(result.validation), evaluation].compactMap(\.self)
        try StandardOutput.write(lines.map { "\(options.output): \($0)\n" }.joined())
    }

    private func train(
        _ data: (training: Data, validation: Data?), _ options: TrainingOptions
    ) throws -> TrainingResult<Objective.Model> {
        do {
            var trainer = try Trainer(
                objective, model: try initialModel(seed: options.seed), data: data.training,
                validation: data.validation,
                settings: options.settings(for: self, sampleCount: data.training.sampleCount),
                output: options.output)
            trainer.warnings.forEach(options.run.warn)
            if trainer.step > 0 { options.run.warn("going on from step \(trainer.step) of \(trainer.steps)") }
            var report = ProgressReport(samples: samples, hasLabels: Objective.hasLabels, isQuiet: options.run.quiet)
            defer { report.finish() }
            let result = try Interruption.heldBack {
                try trainer.run(report: { report.show($0) }, shouldStop: { Interruption.received != nil })
            }
            if result.isFinished, result.step < trainer.steps {
                report.finish()
                options.run.warn("ended at step \(result.step) of \(trainer.steps): validation got no better")
            }
            return result
        } catch TrainingError.nothingToFreeze(let name) {
            throw ValidationError("--freeze: no layer is called \(name).")
        } catch TrainingError.nothingToTrain {
            throw ValidationError("--freeze: nothing is left to train.")
        } catch let error as TrainingError {
            throw FileError(.badData, path: options.output, cause: error.description)
        }
    }

    private func summary(_ figures: ValidationFigures?) -> String {
        guard let figures else { return "trained, without validation" }
        let loss = "loss \(formatted("%.4f", figures.loss))"
        let accuracy = "\(formatted("%.2f", figures.accuracy * 100)) % right in validation"
        return (Objective.hasLabels ? "\(accuracy), \(loss)" : "\(loss) in validation")
            + ", after epoch \(figures.epoch)"
    }

    /// Says which samples cannot be read.
    ///
    /// - Parameters:
    ///   - errors: one for each such sample.
    ///   - source: what names the samples, for the error.
    /// - Throws: `FileError` unless they may be skipped.
    func checkUnreadable(
        _ errors: [FileError], of count: Int, in source: String, skips: Bool, _ warn: (String) -> Void
    ) throws(FileError) {
        guard let first = errors.first else { return }
        guard !skips else { return warn("\(first); \(errors.count) of \(count) \(samples) are left out") }
        errors.prefix(5).forEach(StandardError.report)
        let cause = "\(errors.count) of \(count) \(samples) cannot be read; --skip-unreadable goes without them"
        throw FileError(first.kind, path: source, cause: cause)
    }

    /// A list in a few characters: how long it is, and a number made of its lines.
    ///
    /// - Parameter items: what it lists, if not samples.
    func checksum(_ lines: [String], of items: String? = nil) -> String {
        let hash = fnv1a(lines.lazy.flatMap { "\($0)\n".utf8 })
        return "\(lines.count) \(items ?? samples), checksum " + String(hash, radix: 16)
    }

    /// The members of a configuration as facts, save for those named in `leavingOut`.
    func facts(_ config: JSONObject, leavingOut: [String] = []) -> [(name: String, value: String)] {
        config.members.filter { !leavingOut.contains($0.name) }.map { member in
            var json = JSONWriter()
            json.write(member.value)
            // A number that was read from JSON can be written.
            let bytes = (try? json.finish(path: "")) ?? []
            return ("\(member.name) in config.json", String(decoding: bytes, as: UTF8.self))
        }
    }
}
