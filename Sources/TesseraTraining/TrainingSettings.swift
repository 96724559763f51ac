public import TesseraTensor

/// What a training is made of beside its model and data.
///
/// A training that is resumed must have the settings it began with, save the intervals.
public struct TrainingSettings: Sendable {
    /// How often all samples are gone through.
    public var epochs = 10
    /// How many samples make a step, at most: an epoch's samples are divided evenly among its steps.
    public var batchSize = 64
    /// How many samples pass the model together on each core.
    public var microBatchSize = 8
    /// Where all random numbers come from.
    public var seed: UInt64 = 0
    /// The highest learning rate.
    public var learningRate: Float = 1e-3
    /// How the learning rate changes over the training.
    public var schedule = Schedule(.cosine(finalShare: 0))
    /// How parameters follow from their gradient.
    public var optimizer = Optimizer.adamW(AdamW(weightDecay: 0.05))
    /// Which parameters the weight decay shrinks.
    public var weightDecayGroup = WeightDecayGroup.matrices
    /// Names of layers and parameters, such as `encoder.blocks.0`, that stay as they are.
    public var frozen: [String] = []
    /// Where not empty, only parameters with one of these names in their own are trained: `adapter`.
    public var trainedParts: Set<String> = []
    /// Gradients whose norm is larger are scaled down to it; nil leaves them as they are.
    public var clipNorm: Float? = 1
    /// How much of the moving average of the weights is kept a step; nil means no average. Validation uses the average.
    public var averageDecay: Double?
    /// After how many epochs in a row without a better validation the training ends early (Prechelt, 1998); nil means never.
    public var patience: Int?
    /// In which the products are computed.
    public var precision = Precision.float32
    /// What else a resumed training must have in common with the one that began, such as the labels and the model's sizes.
    public var facts: [(name: String, value: String)] = []

    /// Steps between two lines of `metrics.jsonl`.
    public var metricsInterval = 1
    /// The longest time between two checkpoints; there is always one at the end of an epoch.
    public var checkpointInterval = Duration.seconds(300)
    /// Steps between two checkpoints, beside those that the time asks for.
    public var checkpointSteps: Int?
    /// The time between two reports of progress; there is always one at the end of an epoch.
    public var reportInterval = Duration.seconds(1)

    /// Ten epochs of AdamW, or as each property says.
    public init() {}

    /// How many steps an epoch of so many samples has.
    public func stepsPerEpoch(sampleCount: Int) -> Int {
        SampleOrder.stepCount(sampleCount: sampleCount, batchSize: batchSize)
    }

    /// The settings that must not change, in words.
    package func fingerprint(sampleCount: Int) -> [(name: String, value: String)] {
        let parts =
            trainedParts.isEmpty ? [] : [(name: "trained parts", value: trainedParts.sorted().joined(separator: ", "))]
        let early = patience.map { [(name: "patience", value: "\($0)")] } ?? []
        return [
            ("epochs", "\(epochs)"), ("batch size", "\(batchSize)"), ("micro-batch size", "\(microBatchSize)"),
            ("seed", "\(seed)"), ("learning rate", "\(learningRate)"), ("schedule", schedule.text),
            ("optimizer", optimizer.text), ("weight decay group", weightDecayGroup.text),
            ("frozen layers", frozen.isEmpty ? "none" : frozen.joined(separator: ", ")),
            ("clip norm", clipNorm.map { "\($0)" } ?? "none"),
            ("average decay", averageDecay.map { "\($0)" } ?? "none"), ("precision", precision.rawValue),
            ("number of samples", "\(sampleCount)"),
        ] + parts + early + facts
    }

    func checkValues() {
        precondition(epochs > 0 && batchSize > 0 && microBatchSize > 0 && metricsInterval > 0, "counts start at 1")
        precondition(patience ?? 1 > 0, "patience lasts an epoch at least")
        precondition(schedule.warmUpSteps >= 0, "a warm-up has no negative number of steps")
    }
}

extension Schedule {
    fileprivate var text: String {
        switch curve {
        case .constant: "constant after \(warmUpSteps) steps"
        case .cosine(let finalShare): "cosine to \(finalShare) after \(warmUpSteps) steps"
        case .inverseSquareRoot: "inverse square root after \(warmUpSteps) steps"
        }
    }
}

extension Optimizer {
    fileprivate var text: String {
        switch self {
        case .adamW(let o): "AdamW, betas \(o.beta1) and \(o.beta2), epsilon \(o.epsilon), decay \(o.weightDecay)"
        case .muon(let o):
            "Muon, momentum \(o.momentum), beside AdamW, betas \(o.adamW.beta1) and \(o.adamW.beta2), decay \(o.adamW.weightDecay)"
        case .sgd(let o):
            "SGD, \(o.isNesterov ? "Nesterov's momentum" : "momentum") \(o.momentum), decay \(o.weightDecay)"
        }
    }
}

extension WeightDecayGroup {
    fileprivate var text: String {
        switch self {
        case .matrices: "matrices"
        case .all: "all"
        case .chosen: "chosen"
        }
    }
}
