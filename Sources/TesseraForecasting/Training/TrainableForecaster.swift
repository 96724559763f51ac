public import TesseraFiles
public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

/// A family whose models can be trained.
public protocol TrainableForecaster: Layer {
    /// The class that its checkpoints name.
    static var architecture: String { get }
    /// A model whose parameters are still to be filled.
    ///
    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError)
    /// What checkpoints call the parameters.
    var names: TensorNames { get }
    /// Parameters that no training changes.
    var fixedParameters: [String] { get }
    /// Gives the parameters of a new model their first values.
    ///
    /// - Parameter contexts: What batch normalisation takes its statistics from, `[batch, context length]`.
    /// - Throws: `FileError` naming a key that a new model cannot have.
    mutating func initialize(_ config: JSONObject, random: RandomGenerator, contexts: Tensor?) throws(FileError)
    /// The shape in a checkpoint of our parameter `name`.
    func checkpointShape(of name: String, _ shape: [Int]) -> [Int]
}

extension TrainableForecaster {
    public var fixedParameters: [String] { [] }

    public func checkpointShape(of name: String, _ shape: [Int]) -> [Int] { shape }
}

extension ChronosBolt: TrainableForecaster {
    public static let architecture = "ChronosBoltModelForForecasting"

    public init(_ config: JSONObject) throws(FileError) { self.init(try ChronosBoltConfiguration(config)) }

    public mutating func initialize(_ config: JSONObject, random: RandomGenerator, contexts: Tensor?) {
        let sizes = configuration.transformer
        var initializer = Initializer(
            deviation: { ChronosBolt.deviation(of: $0, $1, sizes) }, random: random)
        visitParameters(&initializer)
    }

    /// As large as keeps the variance of what passes: attention scores are not scaled, so queries are smaller (T5).
    private static func deviation(of name: String, _ shape: [Int], _ sizes: T5Configuration) -> Float {
        let block = sizes.block
        if name == "transformer.decoder.embedding.weight" { return 1 }
        let inputs = Float(name.hasSuffix("table") ? block.hiddenSize : shape.last ?? 1)
        let headSize = Float((block.attentionInnerSize ?? block.hiddenSize) / block.headCount)
        return 1 / (name.hasSuffix("ttention.query.weight") ? inputs * headSize : inputs).squareRoot()
    }
}

extension PatchTST: TrainableForecaster {
    public static let architecture = "PatchTSTForPrediction"

    public init(_ config: JSONObject) throws(FileError) {
        guard try config.string("model_type") == PatchTST.modelType else {
            throw config.error("model_type", "it must be \"\(PatchTST.modelType)\"")
        }
        self.init(try PatchTSTConfiguration(config))
    }

    public var names: TensorNames { configuration.names }

    /// Positions that are sinusoids, and the statistics of batch normalisation.
    public var fixedParameters: [String] {
        let statistics = (0..<configuration.layerCount).flatMap { layer in
            ["attentionNorm", "feedForwardNorm"].map { "encoder.blocks.\(layer).\($0).statistics" }
        }
        return (configuration.learnsPositions ? [] : ["positions"])
            + (configuration.block.normalization == .batchNorm ? statistics : [])
    }

    /// Batch normalisation keeps the statistics of the contexts: those of each batch would depend on which samples pass a core
    /// together.
    ///
    /// - Throws: `FileError` when there is batch normalisation and are no contexts.
    public mutating func initialize(
        _ config: JSONObject, random: RandomGenerator, contexts: Tensor?
    ) throws(FileError) {
        let isCalibrated = configuration.block.normalization == .batchNorm
        guard !isCalibrated || contexts != nil else {
            throw config.error("norm_type", "a new model is trained with \"layernorm\" here")
        }
        if !configuration.learnsPositions { positions = PatchTST.fixedPositions(positions.shape) }
        let deviation = Float(try config.number("init_std", in: 1e-6...1, default: 0.02))
        var initializer = Initializer(deviation: deviation, random: random)
        visitParameters(&initializer)
        guard isCalibrated, let contexts else { return }
        encoder.calibrateNormalizations(on: embedded(ScaledPatches(contexts.rowsOfDoubles, configuration)))
    }

    public func checkpointShape(of name: String, _ shape: [Int]) -> [Int] {
        name == "classToken" ? [1, 1, 1] + shape : shape
    }

    /// Sinusoids, as the reference has them: with a mean of 0 and a standard deviation of 0.1 over all of them.
    private static func fixedPositions(_ shape: [Int]) -> Tensor {
        let values = sinusoidalPositions(length: shape[0], hiddenSize: shape[1]).values.map(Double.init)
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = max((squares / Double(max(1, values.count - 1))).squareRoot(), .leastNormalMagnitude)
        return Tensor(shape: shape, values.map { Float(($0 - mean) / (10 * deviation)) })
    }
}
