internal import TesseraLayers
internal import TesseraTensor

/// Computes a batch on all cores: each worker goes through a range of the samples, some at a time, with a gradient of its own.
///
/// Which samples a worker takes, and the order in which the workers' gradients are added, depend on the number of threads
/// alone; so does every bit of the result.
struct DataParallel<Objective: TrainingObjective>: Sendable {
    typealias Model = Objective.Model

    let objective: Objective
    /// How many samples pass the model together: few, so that their activations stay in a core's cache.
    let microBatchSize: Int
    /// For each parameter whether it stays as it is: it has no gradient then.
    private let isFrozen: [Bool]
    /// The workers' gradients, kept between steps.
    private var gradients: [Model] = []

    init(_ objective: Objective, microBatchSize: Int, isFrozen: [Bool]) {
        self.objective = objective
        self.microBatchSize = microBatchSize
        self.isFrozen = isFrozen
    }

    /// Adds up the gradient of the batch's mean loss.
    ///
    /// - Parameters:
    ///   - model: `trainable`, prepared for training.
    /// - Returns: the losses, and the gradient, to be given back to `reuse`.
    mutating func gradient(
        of model: Model, like trainable: Trainable<Model>, _ batch: Objective.Batch, random: RandomGenerator
    ) -> (report: LossReport, gradient: Parameters) {
        let batch = objective.prepared(batch, for: model, microBatchSize: microBatchSize)
        let workers = batch.workerCount
        while gradients.count < workers { gradients.append(trainable.zeros(frozen: isFrozen)) }
        let (objective, size) = (objective, microBatchSize)
        let scale = 1 / Float(batch.count)
        let report = gradients.withUnsafeMutableBufferPointer { gradients in
            batch.perWorker { worker, range in
                gradients[worker].fillParametersWithZeros()
                var report = LossReport()
                for part in range.parts(of: size) {
                    report += objective.accumulate(
                        model, batch.samples(part), scale: scale, random: random.part(part.lowerBound),
                        into: &gradients[worker])
                }
                return report
            }.reduce(into: LossReport(), +=)
        }
        var total = gradients[0].takeParameters()
        for worker in 1..<max(1, workers) {
            let other = gradients[worker].takeParameters()
            for index in total.tensors.indices where !isFrozen[index] { total.tensors[index] += other.tensors[index] }
            gradients[worker].put(other)
        }
        return (report, total)
    }

    /// Takes a gradient back, whose memory the next step uses again.
    mutating func reuse(_ gradient: consuming Parameters) { gradients[0].put(gradient) }

    /// The losses of the batch without a gradient.
    func evaluate(_ model: Model, _ batch: Objective.Batch) -> LossReport {
        objective.prepared(batch, for: model, microBatchSize: microBatchSize)
            .mapParts(of: microBatchSize) { objective.evaluate(model, $0) }
            .reduce(into: LossReport(), +=)
    }
}

extension TrainingBatch {
    /// What `transform` makes of parts of the batch, in their order: each worker goes through a range of the samples, some at a time.
    /// Which these are depends on the number of threads alone.
    ///
    /// - Parameter size: how many samples a part has at most.
    public func mapParts<Result>(of size: Int, _ transform: (Self) -> Result) -> [Result] {
        perWorker { _, range in range.parts(of: size).map { transform(samples($0)) } }.flatMap(\.self)
    }

    fileprivate var workerCount: Int { min(Threads.current.count, count) }

    /// What `body` makes of each worker's number and samples, in parallel and in the workers' order.
    fileprivate func perWorker<Result>(_ body: (Int, Range<Int>) -> Result) -> [Result] {
        let workers = workerCount
        return Threads.map(workers) { body($0, count * $0 / workers..<count * ($0 + 1) / workers) }
    }
}

extension Range<Int> {
    /// The range in parts of `size`, the last one of what is left.
    fileprivate func parts(of size: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
    }
}

extension Layer {
    fileprivate mutating func fillParametersWithZeros() {
        var parameters = takeParameters()
        for index in parameters.tensors.indices {
            parameters.tensors[index].ifWanted { $0.withMutableValues { $0.update(repeating: 0) } }
        }
        put(parameters)
    }
}
