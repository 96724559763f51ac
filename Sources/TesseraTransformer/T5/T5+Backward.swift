package import TesseraLayers
package import TesseraTensor

extension T5 {
    /// The encoder's forward pass in a training; see `encoded`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters.
    ///   - isInputTrained: whether it has to reach x.
    package func forwardEncoder(
        _ x: Tensor, valid: [[Bool]]?, for gradient: T5? = nil, isInputTrained: Bool = true,
        regularization: Regularization = .none, random: RandomGenerator
    ) -> (output: Tensor, saved: Encoder.Saved) {
        let bias = encoderPositions(queries: 0..<x.shape[1], keyCount: x.shape[1])
        return encoder.forward(
            x, positionBias: { _ in bias }, mask: AttentionMask(validKeys: valid), for: gradient?.encoder,
            isInputTrained: isInputTrained || gradient?.encoderPositions.isWanted != false,
            regularization: regularization, random: random)
    }

    /// - Parameter outputGradient: `[batch, tokens, hidden]`
    /// - Returns: dx, `[batch, tokens, hidden]`; nil where neither x nor the biases of positions are trained.
    package func backwardEncoder(
        _ outputGradient: Tensor, _ saved: consuming Encoder.Saved, into gradient: inout T5
    ) -> Tensor? {
        // Every block reads the same bias.
        var biasGradient: Tensor?
        let add: (Int, Tensor) -> Void = { _, block in
            if biasGradient == nil { biasGradient = block } else { biasGradient! += block }
        }
        let isBiasWanted = gradient.encoderPositions.isWanted
        let x = encoder.backward(
            outputGradient, saved, into: &gradient.encoder, positionBiasGradient: isBiasWanted ? add : nil)
        if let biasGradient {
            encoderPositions.accumulate(
                biasGradient, queries: 0..<biasGradient.shape[1], into: &gradient.encoderPositions)
        }
        return x
    }
}
