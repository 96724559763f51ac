public import TesseraLayers

/// Where a training stands: means over the steps since the last report.
public struct TrainingProgress: Sendable {
    /// Steps that are done.
    public let step: Int
    /// Steps of the whole training.
    public let steps: Int
    /// The epoch that the step lies in, counted from 1.
    public let epoch: Int
    /// Epochs of the whole training.
    public let epochs: Int
    /// The mean loss of a sample.
    public let loss: Double
    /// The share of samples whose label was found, in `0 ... 1`; 0 where there are no labels.
    public let accuracy: Double
    /// The last step's.
    public let learningRate: Float
    /// Samples that were trained on, a second.
    public let samplesPerSecond: Double
    /// Until the last step, should the others take as long.
    public let timeLeft: Duration
    /// After the last step of an epoch, where there is something to validate with.
    public let validation: ValidationFigures?
    /// Whether an epoch ends here.
    public let isEndOfEpoch: Bool
}

/// How good the weights were on the samples kept for validation.
public struct ValidationFigures: Sendable, Equatable {
    /// Steps that were done.
    public let step: Int
    /// The epoch that had ended, counted from 1.
    public let epoch: Int
    /// The mean loss of a sample.
    public let loss: Double
    /// The share of samples whose label was found, in `0 ... 1`; 0 where there are no labels.
    public let accuracy: Double

    /// Higher accuracy is better, and among equals, or where there are no labels, a lower loss.
    func isBetter(than other: ValidationFigures?) -> Bool {
        guard let other else { return true }
        return accuracy == other.accuracy ? loss < other.loss : accuracy > other.accuracy
    }
}

/// What a training ended with.
public struct TrainingResult<Model: Layer>: Sendable {
    /// False when the training was asked to stop before its end.
    public let isFinished: Bool
    /// Steps that are done: fewer than all of them where a training that is finished lost its patience.
    public let step: Int
    /// The weights that validated best; without validation the averaged ones, and without an average those of the last step.
    public let model: Trainable<Model>
    /// The figures of `model`.
    public let validation: ValidationFigures?
}

/// Why a training cannot go on.
public enum TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The loss or the gradient is infinite or no number any more.
    case diverged(step: Int)
    /// No parameter bears a name that should be frozen.
    case nothingToFreeze(String)
    /// Every parameter is frozen.
    case nothingToTrain
    /// There is nothing to train on.
    case noSamples

    public var description: String {
        switch self {
        case .diverged(let step):
            "the loss is no longer a number at step \(step): a lower learning rate or clip norm may help"
        case .nothingToFreeze(let name): "no layer to freeze is called \(name)"
        case .nothingToTrain: "every layer is frozen"
        case .noSamples: "there is nothing to train on"
        }
    }
}

extension LossReport {
    /// The mean loss of a sample.
    public var meanLoss: Double { sampleCount > 0 ? lossSum / Double(sampleCount) : 0 }
    /// The share of samples whose label was found, in `0 ... 1`; 0 where there are no labels.
    public var accuracy: Double { sampleCount > 0 ? Double(correctCount) / Double(sampleCount) : 0 }
}
