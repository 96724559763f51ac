import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraTensor
import TesseraTraining

/// The options of every training, whatever it is about.
struct TrainingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the trained model goes. A training that was left unfinished there goes on.", valueName: "folder"))
    var output: String

    @Option(help: "How often all samples are gone through (default: 50, with --from 10).")
    var epochs: Int?

    @Option(
        help: ArgumentHelp(
            "End after so many epochs in a row without a better validation (default: never).", valueName: "epochs"))
    var patience: Int?

    @Option(
        help: """
            How many samples make a step (default: 128 pictures, pairs of texts or of both, 16 recordings of speech, 64 windows of series, \
            32 sounds, texts or windows of one, 8 pictures with boxes).
            """)
    var batchSize: Int?

    @Option(
        help: ArgumentHelp(
            """
            The highest learning rate (default: 0.001, for sgd 0.05; with --from a tenth, of speech a fiftieth, of texts with \
            labels or masks a twentieth, of pictures with texts a hundredth).
            """,
            valueName: "rate"
        ))
    var learningRate: Double?

    @Option(help: "How the learning rate falls after the warm-up: cosine, inverse-sqrt or constant.")
    var schedule = ScheduleOption.cosine

    @Option(help: "Epochs in which the learning rate rises (default: a tenth of them, at most 5).")
    var warmupEpochs: Double?

    @Option(help: "adamw, muon or sgd.")
    var optimizer = OptimizerOption.adamw

    @Option(help: "How much matrices shrink (default: 0.05, for sgd 0.0001).")
    var weightDecay: Double?

    @Option(help: "Gradients with a larger norm are scaled down to it; 0 leaves them as they are.")
    var clipNorm = 1.0

    @Option(
        help: ArgumentHelp(
            "Keep a moving average of the weights, and validate and save that; 0 keeps none.", valueName: "decay"))
    var average = 0.999

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Layers that stay as they are: patchEmbedding, encoder.blocks.0, encoder, ….", valueName: "layer"))
    var freeze: [String] = []

    @Option(help: "What all random numbers come from.")
    var seed: UInt64 = 0

    @Option(help: "The arithmetic of the products: f32 or bf16 (default: f32).", transform: precisionOfTraining)
    var precision = Precision.float32

    @Option(help: "The longest time between two checkpoints; there is always one after an epoch.")
    var checkpointMinutes = 5.0

    @OptionGroup var run: RunOptions

    func validate() throws {
        if output.isEmpty { throw ValidationError("--output must not be empty.") }
        try require("--epochs", epochs, in: 1...1_000_000)
        try require("--patience", patience, in: 1...1_000_000)
        try require("--batch-size", batchSize, in: 1...65_536)
        try require("--learning-rate", learningRate, in: 1e-12...100)
        try require("--warmup-epochs", warmupEpochs, in: 0...1_000_000)
        try require("--weight-decay", weightDecay, in: 0...10)
        try require("--clip-norm", clipNorm, in: 0...1e9)
        try require("--average", average, in: 0...0.9999999)
        try require("--checkpoint-minutes", checkpointMinutes, in: 0.01...100_000)
        if freeze.contains("") { throw ValidationError("--freeze must not be empty.") }
    }

    /// The loop's settings for a task of which so many samples can be read.
    func settings(for task: some TrainingTask, sampleCount: Int) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = epochs ?? (task.startsFromModel ? 10 : 50)
        settings.patience = patience
        settings.batchSize = batchSize ?? task.usualBatchSize
        settings.seed = seed
        let usual = (optimizer == .sgd ? 0.05 : 1e-3) * (task.startsFromModel ? task.finetuningShare : 1)
        settings.learningRate = Float(learningRate ?? usual)
        let warmUp = warmupEpochs ?? min(5, Double(settings.epochs) / 10)
        let warmUpSteps = (warmUp * Double(settings.stepsPerEpoch(sampleCount: sampleCount))).rounded()
        settings.schedule = Schedule(schedule.curve, warmUpSteps: Int(min(warmUpSteps, 1e15)))
        settings.optimizer = optimizer.optimizer(weightDecay: weightDecay.map { Float($0) })
        settings.frozen = freeze
        settings.clipNorm = clipNorm == 0 ? nil : Float(clipNorm)
        settings.averageDecay = average == 0 ? nil : average
        settings.precision = precision
        settings.facts = task.facts
        settings.checkpointInterval = .seconds(checkpointMinutes * 60)
        task.adapt(&settings)
        return settings
    }
}

enum ScheduleOption: String, CaseIterable, ExpressibleByArgument {
    case cosine, constant
    case inverseSquareRoot = "inverse-sqrt"

    var curve: Schedule.Curve {
        switch self {
        case .cosine: .cosine(finalShare: 0)
        case .constant: .constant
        case .inverseSquareRoot: .inverseSquareRoot
        }
    }
}

enum OptimizerOption: String, CaseIterable, ExpressibleByArgument {
    case adamw, muon, sgd

    func optimizer(weightDecay: Float?) -> Optimizer {
        switch self {
        case .adamw: .adamW(AdamW(weightDecay: weightDecay ?? 0.05))
        case .muon: .muon(Muon(adamW: AdamW(weightDecay: weightDecay ?? 0.05)))
        case .sgd: .sgd(SGD(momentum: 0.9, isNesterov: true, weightDecay: weightDecay ?? 1e-4))
        }
    }
}

/// Gradients need more than 8 bits.
@Sendable private func precisionOfTraining(_ argument: String) throws -> Precision {
    guard let precision = Precision(argument: argument), precision != .int8 else {
        throw ValidationError("Please provide one of 'f32' and 'bf16'.")
    }
    return precision
}
