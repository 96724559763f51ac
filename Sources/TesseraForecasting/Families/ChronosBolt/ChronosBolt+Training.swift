public import TesseraFiles
public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

extension ChronosBolt: TrainableForecaster {
    public static func objective(_ regularization: Regularization) -> QuantileForecasting {
        QuantileForecasting(regularization: regularization)
    }

    public mutating func initialize(_ config: JSONObject, random: RandomGenerator, contexts: Tensor?) {
        let sizes = configuration.transformer
        var initializer = Initializer(
            deviation: { ChronosBolt.deviation(of: $0, $1, sizes) }, random: random)
        visitParameters(&initializer)
    }

    /// As large as keeps the variance of what passes: attention scores are not scaled, so queries are smaller (T5).
    private static func deviation(of role: ParameterRole, _ shape: [Int], _ sizes: T5Configuration) -> Float {
        let block = sizes.block
        if role.kind == .table { return 1 }
        let inputs = Float(role.kind == .position ? block.hiddenSize : shape.last ?? 1)
        let headSize = Float((block.attentionInnerSize ?? block.hiddenSize) / block.headCount)
        return 1 / (role.part == .query ? inputs * headSize : inputs).squareRoot()
    }
}
