package import TesseraLayers
package import TesseraTensor

extension T5 {
    /// The encoder's forward pass in a training; see `encoded`.
    package func forwardEncoder(
        _ x: Tensor, valid: [[Bool]]?, regularization: Regularization = .none, random: RandomGenerator
    ) -> (output: Tensor, saved: Encoder.Saved) {
        let bias = encoderPositions(queries: 0..<x.shape[1], keyCount: x.shape[1])
        return encoder.forward(
            x, positionBias: { _ in bias }, mask: AttentionMask(validKeys: valid), regularization: regularization,
            random: random)
    }

    /// - Parameter outputGradient: `[batch, tokens, hidden]`
    /// - Returns: dx, `[batch, tokens, hidden]`
    package func backwardEncoder(
        _ outputGradient: Tensor, _ saved: consuming Encoder.Saved, into gradient: inout T5
    ) -> Tensor {
        // Every block reads the same bias.
        var biasGradient: Tensor?
        let x = encoder.backward(outputGradient, saved, into: &gradient.encoder) { _, block in
            if biasGradient == nil { biasGradient = block } else { biasGradient! += block }
        }
        if let biasGradient {
            encoderPositions.accumulate(
                biasGradient, queries: 0..<biasGradient.shape[1], into: &gradient.encoderPositions)
        }
        return x
    }
}
