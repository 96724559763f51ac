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
        let workers = workerCount(batch)
        while gradients.count < workers { gradients.append(trainable.zeros(frozen: isFrozen)) }
        let (objective, size) = (objective, microBatchSize)
        let scale = 1 / Float(batch.count)
        let report = gradients.withUnsafeMutableBufferPointer { gradients in
            perWorker(workers, batch) { worker, range in
                gradients[worker].fillParametersWithZeros()
                var report = LossReport()
                for part in range.parts(of: size) {
                    report += objective.accumulate(
                        model, batch.samples(part), scale: scale, random: random.part(part.lowerBound),
                        into: &gradients[worker])
                }
                return report
            }
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
        perWorker(workerCount(batch), batch) { _, range in
            range.parts(of: microBatchSize).reduce(into: LossReport()) { report, part in
                report += objective.evaluate(model, batch.samples(part))
            }
        }
    }

    private func workerCount(_ batch: Objective.Batch) -> Int { min(Threads.current.count, batch.count) }
}

/// Calls `body` with each worker's number and samples, in parallel, and adds up what it returns in the workers' order.
private func perWorker(
    _ workers: Int, _ batch: some TrainingBatch, _ body: (Int, Range<Int>) -> LossReport
) -> LossReport {
    var reports = [LossReport](repeating: LossReport(), count: workers)
    reports.withUnsafeMutableBufferPointer { reports in
        Threads.forEach(workers) { worker in
            reports[worker] = body(worker, batch.count * worker / workers..<batch.count * (worker + 1) / workers)
        }
    }
    return reports.reduce(into: LossReport(), +=)
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
