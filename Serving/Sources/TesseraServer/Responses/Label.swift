internal import TesseraTransformer

/// A label that a model gives, as the commands write it.
struct Label: Encodable, Sendable {
    let label: String
    let index: Int
    let score, logit: Float

    init(_ prediction: Prediction) {
        (label, index) = (prediction.label, prediction.index)
        (score, logit) = (prediction.score, prediction.logit)
    }
}
