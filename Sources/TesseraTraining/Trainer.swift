public import TesseraLayers
internal import TesseraTensor

/// Trains a model: the loop over steps and epochs, with validation, snapshots and metrics.
///
/// With a folder to write to, a training that was stopped or killed goes on from its last snapshot when a trainer is made
/// again with the same arguments; at the same number of threads it ends with the same bits as one that ran through.
///
/// ```swift
/// var trainer = try Trainer(objective, model: model, data: pictures, validation: others, output: "vit")
/// let result = try trainer.run { print($0.step, $0.loss) }
/// ```
public struct Trainer<Objective: TrainingObjective, Data: TrainingData>: Sendable
where Data.Batch == Objective.Batch {
    /// What is trained.
    public typealias Model = Objective.Model

    /// How it is trained.
    public let settings: TrainingSettings
    /// What the user should know about how the training began, a line each: snapshots that were damaged.
    public internal(set) var warnings: [String] = []
    /// Steps that are done.
    public var step: Int { state.step }
    /// Steps of the whole training.
    public var steps: Int { settings.epochs * order.stepsPerEpoch }

    let data: Data
    let validation: Data?
    var model: Trainable<Model>
    var average: WeightAverage<Model>?
    var optimizer: OptimizerState
    var state = TrainingState()
    var files: TrainingFiles?
    /// The weights that validated best, where no file holds them.
    var bestModel: (model: Trainable<Model>, figures: ValidationFigures)?
    private var workers: DataParallel<Objective>
    private let order: SampleOrder

    /// Prepares a training, or takes it up where it was left.
    ///
    /// - Parameters:
    ///   - model: what the training begins with.
    ///   - validation: samples kept to measure by at the end of each epoch.
    ///   - output: a folder for `metrics.jsonl` and `checkpoints`; nil writes nothing.
    /// - Throws: `FileError` naming a setting that differs from those the training in `output` began with, or a file that
    ///   cannot be written or read; `TrainingError` where there are no samples, no such layers to freeze, or no others.
    public init(
        _ objective: Objective, model: Trainable<Model>, data: Data, validation: Data? = nil,
        settings: TrainingSettings = TrainingSettings(), output: String? = nil
    ) throws {
        settings.checkValues()
        guard data.sampleCount > 0 else { throw TrainingError.noSamples }
        self.settings = settings
        self.data = data
        self.validation = validation.flatMap { $0.sampleCount > 0 ? $0 : nil }
        self.model = model
        average = settings.averageDecay.map { WeightAverage(of: model, decay: $0) }
        order = SampleOrder(seed: settings.seed, sampleCount: data.sampleCount, batchSize: settings.batchSize)

        let roles = model.layers.parameterRoles
        var copy = model
        let parameters = copy.takeParameters()
        for name in settings.frozen where !parameters.names.contains(where: { isName($0, inside: name) }) {
            throw TrainingError.nothingToFreeze(name)
        }
        optimizer = OptimizerState(
            settings.optimizer, decay: settings.weightDecayGroup, frozen: settings.frozen,
            trainedParts: settings.trainedParts, parameters: parameters, roles: roles)
        guard optimizer.isFrozen.contains(false) else { throw TrainingError.nothingToTrain }
        workers = DataParallel(
            objective, microBatchSize: settings.microBatchSize, isFrozen: optimizer.isFrozen)
        if let output { try open(output) }
    }

    /// Trains up to the last step, until patience is at its end, or until it is asked to stop.
    ///
    /// - Parameters:
    ///   - report: called now and then, as the settings say, on the thread that called `run`.
    ///   - shouldStop: asked after every step. Stopping saves a snapshot.
    /// - Throws: `TrainingError.diverged`; what making a batch threw; `FileError` when the disk is full. Checkpoints that are
    ///   on the disk stay as they are.
    public mutating func run(
        report: (TrainingProgress) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> TrainingResult<Model> {
        // A step's memory is given back and asked for again by the next one.
        let spareLimit = AlignedMemory.spareLimit
        AlignedMemory.spareLimit = max(spareLimit, 1 << 30)
        defer { AlignedMemory.spareLimit = spareLimit }

        var batches = BatchLoader(data, requests: requests(from: state.step))
        var window = ProgressWindow(seconds: state.seconds)
        while !hasLostPatience, let batch = try batches.next() {
            let (losses, norm) = try train(on: batch)
            window.add(losses)
            state.seconds = window.seconds
            try files?.write(
                &state, epoch: epoch, norm: norm, rate: learningRate, interval: settings.metricsInterval)
            let isEndOfEpoch = state.step % order.stepsPerEpoch == 0
            let figures = isEndOfEpoch ? try validate() : nil
            let stops = state.step < steps && !hasLostPatience && shouldStop()
            if isEndOfEpoch || stops || files?.isSnapshotDue(step: state.step, settings) == true { try save() }
            if isEndOfEpoch || stops || window.isOpen(for: settings.reportInterval) {
                report(progress(&window, figures, isEndOfEpoch: isEndOfEpoch))
            }
            if stops { return try result(isFinished: false) }
        }
        return try result(isFinished: true)
    }

    /// One step: the gradient of the batch's mean loss, clipped, moves the weights.
    private mutating func train(on batch: Objective.Batch) throws -> (losses: LossReport, norm: Double) {
        let number = state.step + 1
        let random = RandomGenerator(seed: settings.seed, RandomPurpose.dropout.rawValue, UInt64(number))
        // What is prepared for the step is gone before the weights are written, which would otherwise copy them.
        var (losses, gradient) = workers.gradient(
            of: model.preparedForTraining(settings.precision), like: model, batch, random: random)
        let norm = optimizer.norm(of: gradient)
        guard losses.lossSum.isFinite, norm.isFinite else {
            workers.reuse(gradient)
            throw TrainingError.diverged(step: number)
        }

        state.step = number
        let step = OptimizerStep(number: number, rate: learningRate, gradientScale: clippingFactor(norm: norm))
        var weights = model.takeParameters()
        optimizer.update(&weights, &gradient, step)
        average?.move(toward: weights, isFrozen: optimizer.isFrozen, step: number)
        model.put(weights)
        workers.reuse(gradient)

        state.unwritten += losses
        return (losses, norm)
    }

    /// As torch's `clip_grad_norm_`.
    private func clippingFactor(norm: Double) -> Float {
        settings.clipNorm.map { Float(min(1, Double($0) / (norm + 1e-6))) } ?? 1
    }

    /// That of the last step.
    private var learningRate: Float {
        Float(Double(settings.learningRate) * settings.schedule.share(step: max(0, state.step - 1), of: steps))
    }

    /// The epoch of the last step, counted from 1.
    private var epoch: Int { (max(1, state.step) - 1) / order.stepsPerEpoch + 1 }

    /// Whether an epoch has just ended that was one too many without a better validation. A training that was killed here and
    /// is taken up again knows it too.
    private var hasLostPatience: Bool {
        guard let patience = settings.patience, let best = state.best, state.step % order.stepsPerEpoch == 0 else {
            return false
        }
        return epoch - best.epoch >= patience
    }

    private func requests(from step: Int) -> AnyIterator<(samples: [Int], epoch: Int)> {
        var order = order
        var remaining = (step..<steps).makeIterator()
        return AnyIterator { remaining.next().map { order.samples(ofStep: $0) } }
    }

    /// Measures the averaged weights, or those of the last step, on the samples kept for it, and keeps the best.
    private mutating func validate() throws -> ValidationFigures? {
        guard let validation else { return nil }
        let measured = average?.model ?? model
        // As in a step, all tokens pass a decoder together, and logits of a tied head keep float32.
        let ready = measured.ready { Packing($0.kind == .table ? .float32 : settings.precision) }
        var starts = stride(from: 0, to: validation.sampleCount, by: settings.batchSize).makeIterator()
        let (count, size) = (validation.sampleCount, settings.batchSize)
        var batches = BatchLoader(
            validation, requests: AnyIterator { starts.next().map { (Array($0..<min($0 + size, count)), 0) } })
        var losses = LossReport()
        while let batch = try batches.next() { losses += workers.evaluate(ready, batch) }
        guard losses.lossSum.isFinite else { throw TrainingError.diverged(step: state.step) }
        let figures = ValidationFigures(
            step: state.step, epoch: epoch, loss: losses.meanLoss, accuracy: losses.accuracy)
        try keepBest(measured, figures)
        return figures
    }

    private func progress(
        _ window: inout ProgressWindow, _ figures: ValidationFigures?, isEndOfEpoch: Bool
    ) -> TrainingProgress {
        let (losses, pace) = window.close()
        let samplesLeft = Double(steps - state.step) / Double(order.stepsPerEpoch) * Double(order.sampleCount)
        return TrainingProgress(
            step: state.step, steps: steps, epoch: epoch, epochs: settings.epochs, loss: losses.meanLoss,
            accuracy: losses.accuracy, learningRate: learningRate, samplesPerSecond: pace,
            timeLeft: .seconds(samplesLeft / pace), validation: figures, isEndOfEpoch: isEndOfEpoch)
    }

    private func result(isFinished: Bool) throws -> TrainingResult<Model> {
        let best = try best()
        return TrainingResult(
            isFinished: isFinished, step: state.step, model: best?.model ?? average?.model ?? model,
            validation: best?.figures)
    }
}
