public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

extension VisionTransformer {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// `[batch, channels, height, width]`
        let pixels: Tensor
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        let embeddingMask: Tensor?
        let encoder: Encoder.Saved
        /// Tokens of a sequence, and how many of them left the encoder.
        let tokens, outputTokens: Int
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
        var x = embedded(pixels)
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let (tokens, encoderSaved) = encoder.forward(
            x, outputTokens: configuration.pooledTokenCount, positionBias: positionBias(for: pixels),
            for: gradient?.encoder, isInputTrained: gradient?.isEncoderInputWanted ?? true,
            regularization: regularization, random: random)
        let pooled = pooled(tokens)
        let features = poolingNorm.map { $0(pooled) } ?? pooled
        let saved = Saved(
            pixels: pixels, embeddingMask: mask, encoder: encoderSaved, tokens: x.shape[1],
            outputTokens: tokens.shape[1], pooled: pooled, features: features)
        return (logits(features), saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter logitsGradient: `[batch, labels]`
    public func backward(_ logitsGradient: Tensor, _ saved: Saved, into gradient: inout VisionTransformer) {
        let features = headBackward(logitsGradient, saved, into: &gradient)
        let tokens = poolingBackward(features, saved, into: &gradient)
        let (rows, columns) = grid(of: saved.pixels)
        var biases: [(index: Int, gradient: Tensor)] = []
        let add: ((Int, Tensor) -> Void)? = gradient.isPositionBiasWanted ? { biases.append(($0, $1)) } : nil
        let encoderInput = encoder.backward(
            tokens, saved.encoder, into: &gradient.encoder, positionBiasGradient: add)
        guard var x = encoderInput else { return }
        for (index, bias) in biases {
            sharedRelativePositions?.accumulate(
                bias, rows: rows, columns: columns, into: &gradient.sharedRelativePositions!)
            guard !relativePositions.isEmpty else { continue }
            relativePositions[index].accumulate(
                bias, rows: rows, columns: columns, into: &gradient.relativePositions[index])
        }
        if let mask = saved.embeddingMask { x *= mask }
        embeddingBackward(x, saved, into: &gradient)
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
        } else {
            tokens.add(features.columns(0..<hidden).reshaped([batch, 1, hidden]), atTokensFrom: 0)
            tokens.addToEachToken(features.columns(hidden..<2 * hidden), from: leading, scaledBy: share)
        }
        return tokens
    }

    /// The gradients of patches, tokens and positions, given that of the embedded tokens, `[batch, tokens, hidden]`.
    private func embeddingBackward(_ x: Tensor, _ saved: Saved, into gradient: inout VisionTransformer) {
        let hidden = configuration.block.hiddenSize
        let leading = configuration.leadingTokenCount
        var sum = Tensor(shape: [saved.tokens * hidden], repeating: 0)
        sum.addSumOfRows(of: x.reshaped([x.shape[0], saved.tokens * hidden]))
        sum = sum.reshaped([saved.tokens, hidden])
        gradient.classToken?.ifWanted { $0 += sum.rows(0..<1) }
        gradient.distillationToken?.ifWanted { $0 += sum.rows(1..<2) }
        let first = configuration.classTokenCount
        gradient.registers?.ifWanted { $0 += sum.rows(first..<first + configuration.registerCount) }
        if gradient.positions?.isWanted == true {
            let (rows, columns) = grid(of: saved.pixels)
            addPositionGradient(sum, rows: rows, columns: columns, to: &gradient.positions!)
        }
        guard gradient.patchEmbedding.isWanted else { return }
        patchEmbedding.accumulate(
            x.tokens(leading..<saved.tokens), pixels: saved.pixels, into: &gradient.patchEmbedding)
    }

    /// Of a gradient: whether what enters the encoder, or a bias of its attention, is wanted.
    private var isEncoderInputWanted: Bool {
        patchEmbedding.isWanted || classToken?.isWanted == true || distillationToken?.isWanted == true
            || registers?.isWanted == true || positions?.isWanted == true || isPositionBiasWanted
    }

    /// Of a gradient: whether the bias that attention has for positions is.
    private var isPositionBiasWanted: Bool {
        sharedRelativePositions?.isWanted == true || relativePositions.contains(where: \.isWanted)
    }
}
