public import TesseraFiles
public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

extension PatchTST: TrainableForecaster {
    public static func objective(_ regularization: Regularization) -> PointForecasting {
        PointForecasting(regularization: regularization)
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
        let patches = ScaledPatches(contexts.rowsOfDoubles, configuration)
        encoder.calibrateNormalizations(on: packed { _ in .float32 }.embedded(patches))
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
