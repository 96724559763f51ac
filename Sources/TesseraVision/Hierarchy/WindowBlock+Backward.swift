internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension WindowBlock {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        /// Of each kind of windows.
        fileprivate let attention: ResidualSublayer<[MultiHeadAttention.Saved]>
        fileprivate let feedForward: ResidualSublayer<FeedForward.Saved>
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - depth: how far this block is from the first (0) to the last (1).
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, tokens, hidden]`
    func forward(
        _ x: Tensor, _ layout: WindowLayout, regularization: Regularization, depth: Float, random: RandomGenerator
    ) -> (output: Tensor, saved: Saved) {
        let masks = (0..<2).map { regularization.mask(x.shape, depth: depth, random: random.part($0)) }
        let (attended, attention) = ResidualSublayer.forward(
            x, .pre, norm: block.attentionNorm, mask: masks[0]
        ) { attentionForward($0, layout, addingTo: $1) }
        let (output, feedForward) = ResidualSublayer.forward(
            attended, .pre, norm: block.feedForwardNorm, mask: masks[1]
        ) { block.feedForward.forward($0, addingTo: $1) }
        return (output, Saved(attention: attention, feedForward: feedForward))
    }

    private func attentionForward(
        _ x: Tensor, _ layout: WindowLayout, addingTo residual: Tensor?
    ) -> (output: Tensor, saved: [MultiHeadAttention.Saved]) {
        let (windows, bias) = (layout.windows(of: x), bias(side: layout.side))
        let results = layout.kinds.map { kind in
            block.attention.forward(layout.windows(windows, of: kind), bias: kind.masking(bias))
        }
        var output = layout.tokens(of: results.map(\.output), batch: x.shape[0])
        if let residual { output += residual }
        return (output, results.map(\.saved))
    }

    /// - Parameter outputGradient: `[batch, tokens, hidden]`
    /// - Returns: dx, `[batch, tokens, hidden]`
    func backward(
        _ outputGradient: Tensor, _ saved: Saved, _ layout: WindowLayout, into gradient: inout WindowBlock
    ) -> Tensor {
        var noScale: Tensor?
        var (result, sum) = saved.feedForward.resultGradient(
            outputGradient, norm: block.feedForwardNorm, into: &gradient.block.feedForwardNorm, into: &noScale)
        let input = block.feedForward.backward(result, saved.feedForward.inner, into: &gradient.block.feedForward)
        let attended = saved.feedForward.inputGradient(
            input, sum: sum, norm: block.feedForwardNorm, into: &gradient.block.feedForwardNorm)

        (result, sum) = saved.attention.resultGradient(
            attended, norm: block.attentionNorm, into: &gradient.block.attentionNorm, into: &noScale)
        let windows = attentionBackward(result, saved.attention.inner, layout, into: &gradient)
        return saved.attention.inputGradient(
            windows, sum: sum, norm: block.attentionNorm, into: &gradient.block.attentionNorm)
    }

    /// Each token of the map stands at one place of the windows: what cuts the map takes gradients there, and what puts it together
    /// takes them back.
    private func attentionBackward(
        _ outputGradient: Tensor, _ saved: [MultiHeadAttention.Saved], _ layout: WindowLayout,
        into gradient: inout WindowBlock
    ) -> Tensor {
        let windows = layout.windows(of: outputGradient)
        let tokens = layout.side * layout.side
        var bias =
            gradient.relativePositions.isWanted
            ? Tensor(shape: [block.attention.headCount, tokens, tokens], repeating: 0) : nil
        let inputs = zip(layout.kinds, saved).map { kind, saved in
            block.attention.backward(
                layout.windows(windows, of: kind), saved, into: &gradient.block.attention, biasGradient: &bias
            ).x
        }
        if let bias { addBiasGradient(bias, side: layout.side, to: &gradient.relativePositions) }
        return layout.tokens(of: inputs, batch: outputGradient.shape[0])
    }
}
