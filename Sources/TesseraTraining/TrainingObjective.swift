public import TesseraLayers

/// Samples that pass a model together; each worker takes a range of them.
public protocol TrainingBatch: Sendable {
    /// The number of samples.
    var count: Int { get }
    /// The samples in `range`.
    func samples(_ range: Range<Int>) -> Self
}

/// Makes batches.
public protocol TrainingData<Batch>: Sendable {
    /// What the samples of a batch are brought to.
    associatedtype Batch: TrainingBatch
    /// The number of samples an epoch goes through.
    var sampleCount: Int { get }
    /// The batch of the samples with these numbers. It is made ahead of the training, on a thread of its own; augmentation
    /// depends on the seed, the epoch and the sample, and on nothing else, so that a resumed training sees the same batches.
    func batch(_ samples: [Int], epoch: Int) throws -> Batch
}

/// What a training minimises.
public protocol TrainingObjective: Sendable {
    /// What is trained; its gradient has the same type.
    associatedtype Model: Layer
    /// What passes the model, and what should come out.
    associatedtype Batch: TrainingBatch

    /// Whether samples have labels, so that a share of them is found; if not said otherwise, they have.
    static var hasLabels: Bool { get }

    /// The batch with what its samples' losses need of each other, where they do: a loss that compares each sample with all others
    /// of its batch. Workers then go through parts of what this returns. If not said otherwise, it is the batch as it is.
    ///
    /// - Parameters:
    ///   - model: prepared for training, or ready to run.
    ///   - microBatchSize: how many samples pass the model together; see `TrainingBatch.mapParts(of:_:)`.
    func prepared(_ batch: Batch, for model: Model, microBatchSize: Int) -> Batch

    /// Adds the gradient of the samples' summed loss, times `scale`, to `gradient`.
    ///
    /// - Parameters:
    ///   - model: prepared for training.
    ///   - random: for dropout; each sample takes the part with its number in `batch`.
    func accumulate(
        _ model: Model, _ batch: Batch, scale: Float, random: RandomGenerator, into gradient: inout Model
    ) -> LossReport

    /// The samples' loss, without dropout.
    ///
    /// - Parameter model: ready to run.
    func evaluate(_ model: Model, _ batch: Batch) -> LossReport
}

extension TrainingObjective {
    public static var hasLabels: Bool { true }

    public func prepared(_ batch: Batch, for model: Model, microBatchSize: Int) -> Batch { batch }
}

/// The losses of some samples, summed.
public struct LossReport: Sendable, Equatable {
    /// The sum of the samples' losses.
    public var lossSum: Double
    /// Samples whose likeliest label is the right one, where there are labels.
    public var correctCount: Int
    /// How many samples there are.
    public var sampleCount: Int

    /// Of nothing, if not said otherwise.
    ///
    /// - Parameters:
    ///   - lossSum: the sum of the samples' losses.
    ///   - correctCount: samples whose likeliest label is the right one.
    ///   - sampleCount: how many samples there are.
    public init(lossSum: Double = 0, correctCount: Int = 0, sampleCount: Int = 0) {
        (self.lossSum, self.correctCount, self.sampleCount) = (lossSum, correctCount, sampleCount)
    }

    /// Adds the losses of other samples.
    public static func += (left: inout LossReport, right: LossReport) {
        left.lossSum += right.lossSum
        left.correctCount += right.correctCount
        left.sampleCount += right.sampleCount
    }
}
