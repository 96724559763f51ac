public import TesseraLayers
public import TesseraTensor

extension TransformerBlock {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// What attention's normalisation was applied to, `[batch, tokens, hidden]`
        let attentionNormInput: Tensor
        let attention: MultiHeadAttention.Saved
        let attentionSum: ResidualSum
        let feedForward: ResidualSublayer<FeedForward.Saved>
        let outputTokens: Int?
        let tokens: Int
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - depth: how far this block is from the first (0) to the last (1) of its stack.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, output tokens, hidden]`
    public func forward(
        _ x: Tensor, outputTokens: Int? = nil, positionBias: Tensor? = nil, mask: AttentionMask = .none,
        regularization: Regularization = .none, depth: Float = 0, random: RandomGenerator
    ) -> (output: Tensor, saved: Saved) {
        let normalized = order == .pre ? attentionNorm(x) : x
        let residual = x.firstTokens(outputTokens)
        let masks = (0..<2).map {
            regularization.mask(residual.shape, depth: depth, random: random.part($0))
        }

        // Without LayerScale and masks the last product of a sublayer adds the residual by itself.
        let (result, attentionSaved) = attention.forward(
            normalized.firstTokens(outputTokens), memory: outputTokens == nil ? nil : normalized,
            bias: positionBias?.firstTokens(outputTokens), mask: mask,
            addingTo: attentionScale == nil && masks[0] == nil ? residual : nil)
        let (attendedSum, attentionSum) = ResidualSum.join(result, to: residual, scale: attentionScale, mask: masks[0])
        let attended = order == .pre ? attendedSum : attentionNorm(attendedSum)

        let (output, feedForwardSaved) = ResidualSublayer.forward(
            attended, order, norm: feedForwardNorm, scale: feedForwardScale, mask: masks[1]
        ) { feedForward.forward($0, addingTo: $1) }
        let saved = Saved(
            attentionNormInput: order == .pre ? x : attendedSum, attention: attentionSaved, attentionSum: attentionSum,
            feedForward: feedForwardSaved, outputTokens: outputTokens, tokens: x.shape[1])
        return (output, saved)
    }

    /// Through a residual sum y = x + f(x) the gradient takes both ways: dx = dy + (∂f/∂x)ᵀ dy.
    ///
    /// - Parameters:
    ///   - outputGradient: `[batch, output tokens, hidden]`
    ///   - positionBiasGradient: what the bias's gradient is added to, `[heads, tokens, tokens]`; nil where it is not wanted.
    /// - Returns: dx, `[batch, tokens, hidden]`
    public func backward(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout TransformerBlock,
        positionBiasGradient: inout Tensor?
    ) -> Tensor {
        let attended = feedForwardBackward(outputGradient, saved, into: &gradient)

        // Attention, from its sum back to x.
        let sum =
            order == .pre
            ? attended
            : attentionNorm.backward(attended, input: saved.attentionNormInput, into: &gradient.attentionNorm)
        let result = saved.attentionSum.backward(sum, scale: attentionScale, into: &gradient.attentionScale)
        var x = attentionBackward(result, saved, into: &gradient, positionBiasGradient: &positionBiasGradient)
        // Of the tokens that were not wanted, the sum has no gradient.
        let isWhole = saved.outputTokens == nil
        if order == .pre {
            x = attentionNorm.backward(
                x, input: saved.attentionNormInput, into: &gradient.attentionNorm, addingTo: isWhole ? sum : nil)
        }
        if order == .post || !isWhole { x.add(sum, atTokensFrom: 0) }
        return x
    }

    /// The feed-forward network, back to what came out of attention, `[batch, output tokens, hidden]`.
    private func feedForwardBackward(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout TransformerBlock
    ) -> Tensor {
        let (result, sum) = saved.feedForward.resultGradient(
            outputGradient, norm: feedForwardNorm, into: &gradient.feedForwardNorm, scale: feedForwardScale,
            into: &gradient.feedForwardScale)
        let input = feedForward.backward(result, saved.feedForward.inner, into: &gradient.feedForward)
        return saved.feedForward.inputGradient(
            input, sum: sum, norm: feedForwardNorm, into: &gradient.feedForwardNorm)
    }

    /// The gradient of what attention read, `[batch, tokens, hidden]`.
    private func attentionBackward(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout TransformerBlock,
        positionBiasGradient: inout Tensor?
    ) -> Tensor {
        guard saved.outputTokens != nil else {
            return attention.backward(
                outputGradient, saved.attention, into: &gradient.attention, biasGradient: &positionBiasGradient
            ).x
        }
        var biasGradient = positionBiasGradient.map {
            Tensor(shape: [$0.shape[0], outputGradient.shape[1], saved.tokens], repeating: 0)
        }
        let (queries, keys) = attention.backward(
            outputGradient, saved.attention, into: &gradient.attention, biasGradient: &biasGradient)
        if let biasGradient { positionBiasGradient?.add(biasGradient, atTokensFrom: 0) }
        guard var x = keys else { preconditionFailure("attention had a memory") }
        x.add(queries, atTokensFrom: 0)
        return x
    }
}
