internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension TextTowerNetwork {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        /// The tokens of each text, all of one count.
        let texts: [[Int32]]
        let encoder: Encoder.Saved
        /// The states that count, `[batch, hidden]`
        let pooled: Tensor
        /// The same in the space that texts share with pictures, of any length, `[batch, features]`
        let projected: Tensor
    }

    /// The forward pass of a training; see `features(of:)`.
    ///
    /// - Parameters:
    ///   - texts: the tokens of each.
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    /// - Returns: `[batch, features]`
    func forward(
        _ texts: [[Int32]], for gradient: TextTowerNetwork? = nil, random: RandomGenerator
    ) -> (features: Tensor, saved: Saved) {
        let texts = padded(texts)
        let (states, encoderSaved) = encoder.forward(
            embedded(texts), mask: mask, for: gradient?.encoder, isInputTrained: gradient?.isInputWanted ?? true,
            random: random)
        let rows = states.reshaped([states.shape[0] * states.shape[1], states.shape[2]])
        let pooled = rows.gatheringRows(places(in: texts))
        let projected = projection(pooled)
        return (
            projected.unitRows(), Saved(texts: texts, encoder: encoderSaved, pooled: pooled, projected: projected)
        )
    }

    /// Adds the gradient of every parameter that features depend on to `gradient`.
    ///
    /// - Parameter featuresGradient: `[batch, features]`
    func backward(_ featuresGradient: Tensor, _ saved: consuming Saved, into gradient: inout TextTowerNetwork) {
        let projected = saved.projected.unitRowsBackward(featuresGradient)
        let pooled = projection.backward(projected, input: saved.pooled, into: &gradient.projection)
        guard gradient.encoder.isWanted || gradient.isInputWanted else { return }
        let (batch, count, hidden) = (saved.texts.count, saved.texts.first?.count ?? 0, pooled.shape[1])
        var states = Tensor(shape: [batch * count, hidden], repeating: 0)
        states.addRows(pooled, at: places(in: saved.texts))
        guard
            let x = encoder.backward(
                states.reshaped([batch, count, hidden]), saved.encoder, into: &gradient.encoder)
        else { return }
        words.accumulate(
            x.reshaped([batch * count, hidden]), ids: saved.texts.flatMap(\.self), into: &gradient.words)
        gradient.positions.ifWanted { $0.addRows(x.sumOfSequences(), at: Array(0..<count)) }
    }

    /// Of a gradient: whether anything is wanted that a text's features depend on.
    var areFeaturesWanted: Bool { encoder.isWanted || projection.isWanted || isInputWanted }

    /// Of a gradient: whether what enters the encoder is.
    private var isInputWanted: Bool { words.isWanted || positions.isWanted }
}
