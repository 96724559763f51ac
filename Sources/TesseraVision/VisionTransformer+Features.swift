internal import TesseraLayers
internal import TesseraTensor

/// The training's way from pixels to features of length 1, in a space that pictures share with texts, and back.
extension VisionTransformer {
    /// What the backward pass needs of the forward pass.
    struct FeaturesSaved: Sendable {
        let states: StatesSaved
        let pooling: AttentionPooling.Saved?
        /// What the tokens come to, `[batch, hidden]`
        let pooled: Tensor
        /// The same in the common space, of any length, `[batch, features]`
        let projected: Tensor
    }

    /// The forward pass of a training, of a model whose features are of length 1; see `features(of:)`.
    ///
    /// - Parameters:
    ///   - pixels: `[batch, channels, height, width]`
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    /// - Returns: `[batch, features]`
    func forwardFeatures(
        _ pixels: Tensor, for gradient: VisionTransformer? = nil, random: RandomGenerator
    ) -> (features: Tensor, saved: FeaturesSaved) {
        precondition(
            configuration.hasUnitFeatures && [.classToken, .attention].contains(configuration.pooling),
            "pictures of another kind of model do not share a space with texts")
        let (tokens, states) = forwardStates(
            pixels, outputTokens: configuration.pooledTokenCount, for: gradient, regularization: .none, random: random)
        let pooling = attentionPooling?.forward(tokens)
        let pooled = pooling?.output ?? pooled(tokens)
        let projected = projection.map { $0(pooled) } ?? pooled
        return (
            projected.unitRows(),
            FeaturesSaved(states: states, pooling: pooling?.saved, pooled: pooled, projected: projected)
        )
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter featuresGradient: `[batch, features]`
    func backwardFeatures(
        _ featuresGradient: Tensor, _ saved: FeaturesSaved, into gradient: inout VisionTransformer
    ) {
        var x = saved.projected.unitRowsBackward(featuresGradient)
        if let projection { x = projection.backward(x, input: saved.pooled, into: &gradient.projection!) }
        let areTokensTrained = gradient.encoder.isWanted || gradient.isEncoderInputWanted
        guard let attentionPooling, let pooling = saved.pooling else {
            if areTokensTrained {
                backwardStates(x.reshaped([x.shape[0], 1, x.shape[1]]), saved.states, into: &gradient)
            }
            return
        }
        let tokens = attentionPooling.backward(
            x, pooling, areTokensTrained: areTokensTrained, into: &gradient.attentionPooling!)
        if let tokens { backwardStates(tokens, saved.states, into: &gradient) }
    }
}
