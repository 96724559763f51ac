package import TesseraTensor

/// What a training's forward pass leaves out at random, so that no unit relies on another one.
public struct Regularization: Sendable {
    /// The probability that an element of a sublayer's result, or of the embedding, becomes 0 (Srivastava et al., 2014).
    public var dropout: Float
    /// The probability that a sample skips a sublayer of the last block; it grows linearly from the first block's 0 (Huang
    /// et al., 2016, Stochastic Depth).
    public var stochasticDepth: Float

    /// Nothing is left out.
    public static let none = Regularization(dropout: 0, stochasticDepth: 0)

    /// - Parameters:
    ///   - dropout: the probability that an element becomes 0, below 1.
    ///   - stochasticDepth: the probability that a sample skips a sublayer of the last block, below 1.
    public init(dropout: Float, stochasticDepth: Float) {
        precondition((0..<1).contains(dropout) && (0..<1).contains(stochasticDepth), "probabilities lie in 0 ..< 1")
        (self.dropout, self.stochasticDepth) = (dropout, stochasticDepth)
    }

    /// What a sublayer's result is multiplied with: 0 where it is left out, and elsewhere 1 / the probability of being kept,
    /// so that the expected value stays; nil where nothing is left out.
    ///
    /// - Parameters:
    ///   - shape: the result's, `[batch, tokens, hidden]`
    ///   - depth: how far the block is from the first (0) to the last (1); nil for what no sample may skip.
    ///   - random: each sample takes its own part of it.
    package func mask(_ shape: [Int], depth: Float?, random: RandomGenerator) -> Tensor? {
        let skip = stochasticDepth * (depth ?? 0)
        guard dropout > 0 || skip > 0 else { return nil }
        var mask = Tensor(uninitialized: shape)
        let size = mask.count / max(1, shape[0])
        let kept = 1 / (1 - dropout)
        mask.withMutableValues { mask in
            for sample in 0..<shape[0] {
                var random = random.part(sample)
                let values = UnsafeMutableBufferPointer(rebasing: mask[sample * size..<(sample + 1) * size])
                if skip > 0, random.nextUniform() < skip {
                    values.update(repeating: 0)
                } else {
                    let factor = kept / (1 - skip)
                    for index in values.indices {
                        values[index] = dropout > 0 && random.nextUniform() < dropout ? 0 : factor
                    }
                }
            }
        }
        return mask
    }
}

/// How a sublayer's result joins the residual stream in training: y = residual + scale ⊙ mask ⊙ result.
package struct ResidualSum: Sendable {
    /// Of the result's shape.
    private let mask: Tensor?
    /// mask ⊙ result, where there is a scale to be trained.
    private let unscaled: Tensor?

    /// - Parameters:
    ///   - result: the sublayer's, `[batch, tokens, hidden]`; where there is neither scale nor mask, the residual is in it
    ///     already.
    ///   - scale: LayerScale, `[hidden]`
    package static func join(
        _ result: Tensor, to residual: Tensor, scale: Tensor?, mask: Tensor?
    ) -> (output: Tensor, saved: ResidualSum) {
        guard scale != nil || mask != nil else { return (result, ResidualSum(mask: nil, unscaled: nil)) }
        var output = result
        if let mask { output *= mask }
        let saved = ResidualSum(mask: mask, unscaled: scale == nil ? nil : output)
        if let scale { output.scaleColumns(by: scale) }
        output += residual
        return (output, saved)
    }

    /// dresult = scale ⊙ mask ⊙ dy, dscale += Σ dy ⊙ mask ⊙ result over the rows; dresidual is dy itself.
    package func backward(_ outputGradient: Tensor, scale: Tensor?, into scaleGradient: inout Tensor?) -> Tensor {
        var result = outputGradient
        if let scale, let unscaled {
            scaleGradient?.ifWanted { gradient in
                var product = outputGradient
                product *= unscaled
                gradient.addSumOfRows(of: product)
            }
            result.scaleColumns(by: scale)
        }
        if let mask { result *= mask }
        return result
    }
}
