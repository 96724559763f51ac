public import TesseraLayers
public import TesseraTensor

extension VisionTransformer {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        let states: StatesSaved
        /// How many tokens left the encoder.
        let outputTokens: Int
        /// The features before `poolingNorm`, `[batch, features]`
        let pooled: Tensor
        /// What the head saw, `[batch, features]`
        let features: Tensor
    }

    /// The forward pass of a training, of a model with a head; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - pixels: `[batch, channels, height, width]`
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, labels]`
    public func forward(
        _ pixels: Tensor, for gradient: VisionTransformer? = nil, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        let (tokens, states) = forwardStates(
            pixels, outputTokens: configuration.pooledTokenCount, for: gradient, regularization: regularization,
            random: random)
        let pooled = pooled(tokens)
        let features = poolingNorm.map { $0(pooled) } ?? pooled
        let saved = Saved(states: states, outputTokens: tokens.shape[1], pooled: pooled, features: features)
        return (logits(features), saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter logitsGradient: `[batch, labels]`
    public func backward(_ logitsGradient: Tensor, _ saved: Saved, into gradient: inout VisionTransformer) {
        let features = headBackward(logitsGradient, saved, into: &gradient)
        backwardStates(poolingBackward(features, saved, into: &gradient), saved.states, into: &gradient)
    }

    /// The gradient of the features, `[batch, features]`.
    private func headBackward(
        _ logitsGradient: Tensor, _ saved: Saved, into gradient: inout VisionTransformer
    ) -> Tensor {
        guard let classifier else { preconditionFailure("a model without a head cannot be trained to classify") }
        guard let distillationClassifier else {
            return classifier.backward(logitsGradient, input: saved.features, into: &gradient.classifier!)
        }
        // The logits are the mean of two heads', each of which reads a half of the features.
        var halved = logitsGradient
        halved *= 0.5
        let hidden = configuration.block.hiddenSize
        let first = classifier.backward(
            halved, input: saved.features.columns(0..<hidden), into: &gradient.classifier!)
        let second = distillationClassifier.backward(
            halved, input: saved.features.columns(hidden..<2 * hidden), into: &gradient.distillationClassifier!)
        return first.joined(with: second)
    }

    /// The gradient of what left the encoder, `[batch, output tokens, hidden]`.
    private func poolingBackward(
        _ features: Tensor, _ saved: Saved, into gradient: inout VisionTransformer
    ) -> Tensor {
        let (batch, hidden) = (features.shape[0], configuration.block.hiddenSize)
        guard configuration.pooledTokenCount == nil else {
            return features.reshaped([batch, saved.outputTokens, hidden])
        }
        var tokens = Tensor(shape: [batch, saved.outputTokens, hidden], repeating: 0)
        let leading = configuration.leadingTokenCount
        let share = 1 / Float(saved.outputTokens - leading)
        if let poolingNorm {
            let meanGradient = poolingNorm.backward(features, input: saved.pooled, into: &gradient.poolingNorm!)
            tokens.addToEachToken(meanGradient, from: leading, scaledBy: share)
        } else if configuration.pooling == .mean {
            tokens.addToEachToken(features, from: leading, scaledBy: share)
        } else {
            tokens.add(features.columns(0..<hidden).reshaped([batch, 1, hidden]), atTokensFrom: 0)
            tokens.addToEachToken(features.columns(hidden..<2 * hidden), from: leading, scaledBy: share)
        }
        return tokens
    }
}
