public import TesseraLayers
public import TesseraTensor

extension DecoderBlock {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        let attention: ResidualSublayer<MultiHeadAttention.Saved>
        let crossAttention: ResidualSublayer<MultiHeadAttention.Saved>?
        let feedForward: ResidualSublayer<FeedForward.Saved>
    }

    /// The forward pass of a training, on whole sequences: no token sees a later one.
    ///
    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - memory: the encoder's output, `[batch, positions, hidden]`; nil for a decoder that stands alone.
    ///   - memoryMask: which of its positions are seen.
    ///   - positionBias: added to the scores of self-attention, `[heads, tokens, tokens]`
    ///   - rotation: what turns queries and keys of self-attention, of each token.
    ///   - depth: how far this block is from the first (0) to the last (1) of its stack.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, tokens, hidden]`
    public func forward(
        _ x: Tensor, memory: Tensor?, memoryMask: AttentionMask = .none, positionBias: Tensor? = nil,
        rotation: Rotation? = nil, regularization: Regularization = .none, depth: Float = 0, random: RandomGenerator
    ) -> (output: Tensor, saved: Saved) {
        func mask(_ sublayer: Int) -> Tensor? {
            regularization.mask(x.shape, depth: depth, random: random.part(sublayer))
        }
        let read = x
        var (x, attended) = ResidualSublayer.forward(x, order, norm: attentionNorm, mask: mask(0)) {
            attention.forward($0, bias: positionBias, mask: .causal, rotation: rotation, addingTo: $1)
        }
        var cross: ResidualSublayer<MultiHeadAttention.Saved>?
        if let crossAttention, let crossAttentionNorm, let memory {
            (x, cross) = ResidualSublayer.forward(x, order, norm: crossAttentionNorm, mask: mask(1)) {
                crossAttention.forward($0, memory: memory, mask: memoryMask, addingTo: $1)
            }
        }
        let (output, transformed) = ResidualSublayer.forward(
            isParallel ? read : x, addingTo: x, order, norm: feedForwardNorm, mask: mask(2)
        ) {
            feedForward.forward($0, addingTo: $1)
        }
        return (output, Saved(attention: attended, crossAttention: cross, feedForward: transformed))
    }

    /// - Parameters:
    ///   - outputGradient: `[batch, tokens, hidden]`
    ///   - memoryGradient: what the gradient of the encoder's output is added to, `[batch, positions, hidden]`; nil where it is not
    ///     wanted.
    ///   - positionBiasGradient: what the bias's gradient is added to, `[heads, tokens, tokens]`; nil where it is not wanted.
    /// - Returns: dx, `[batch, tokens, hidden]`
    public func backward(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout DecoderBlock, memoryGradient: inout Tensor?,
        positionBiasGradient: inout Tensor?
    ) -> Tensor {
        var unscaled: Tensor?
        var (result, sum) = saved.feedForward.resultGradient(
            outputGradient, norm: feedForwardNorm, into: &gradient.feedForwardNorm, into: &unscaled)
        var input = feedForward.backward(result, saved.feedForward.inner, into: &gradient.feedForward)
        var x = saved.feedForward.inputGradient(
            input, sum: sum, norm: feedForwardNorm, into: &gradient.feedForwardNorm)

        if let cross = saved.crossAttention, let crossAttention, let crossAttentionNorm {
            (result, sum) = cross.resultGradient(
                x, norm: crossAttentionNorm, into: &gradient.crossAttentionNorm!, into: &unscaled)
            var unbiased: Tensor?
            let (queries, keys) = crossAttention.backward(
                result, cross.inner, into: &gradient.crossAttention!, biasGradient: &unbiased,
                isMemoryTrained: memoryGradient != nil)
            if let keys { memoryGradient? += keys }
            x = cross.inputGradient(
                queries, sum: sum, norm: crossAttentionNorm, into: &gradient.crossAttentionNorm!)
        }

        // In parallel the network's part has been added to x, and is none of what the attention gave.
        (result, sum) = saved.attention.resultGradient(
            isParallel ? outputGradient : x, norm: attentionNorm, into: &gradient.attentionNorm, into: &unscaled)
        if isParallel { sum = x }
        input =
            attention.backward(
                result, saved.attention.inner, into: &gradient.attention, biasGradient: &positionBiasGradient
            ).x
        return saved.attention.inputGradient(input, sum: sum, norm: attentionNorm, into: &gradient.attentionNorm)
    }
}
