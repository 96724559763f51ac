internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// The training's way from pixels to what leaves the encoder, and back.
extension VisionTransformer {
    /// What the backward pass needs of the way from pixels to states.
    struct StatesSaved: Sendable {
        /// `[batch, channels, height, width]`
        let pixels: Tensor
        /// What the embedding's norm was applied to, where there is one, `[batch, patches or tokens, hidden]`
        let embeddingNormInput: Tensor?
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        let embeddingMask: Tensor?
        let hierarchy: HierarchicalEncoder.Saved?
        let encoder: Encoder.Saved
        /// Tokens of a sequence.
        let tokens: Int
    }

    /// What leaves the encoder; see `states`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, output tokens, hidden]`
    func forwardStates(
        _ pixels: Tensor, outputTokens: Int?, for gradient: VisionTransformer?, regularization: Regularization,
        random: RandomGenerator
    ) -> (states: Tensor, saved: StatesSaved) {
        precondition(configuration.rotaryPositions == nil, "rotary positions are not trained")
        let embedding = embedding(pixels)
        var x = embedding.tokens
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let hierarchyResult = hierarchy?.forward(
            x, grid: grid(of: pixels), for: gradient?.hierarchy, isInputTrained: gradient?.isEmbeddingWanted ?? true,
            regularization: regularization, random: random)
        if let hierarchyResult { x = hierarchyResult.output }
        let (states, encoderSaved) = encoder.forward(
            x, outputTokens: outputTokens, positionBias: positionBias(for: pixels),
            addingBehindBlocks: blockPositions(for: pixels), for: gradient?.encoder,
            isInputTrained: gradient?.isEncoderInputWanted ?? true, regularization: regularization, random: random)
        let saved = StatesSaved(
            pixels: pixels, embeddingNormInput: embedding.normInput, embeddingMask: mask,
            hierarchy: hierarchyResult?.saved, encoder: encoderSaved, tokens: embedding.tokens.shape[1])
        return (states, saved)
    }

    /// Adds the gradient of every parameter that states depend on to `gradient`.
    ///
    /// - Parameter statesGradient: `[batch, output tokens, hidden]`
    func backwardStates(_ statesGradient: Tensor, _ saved: StatesSaved, into gradient: inout VisionTransformer) {
        guard var x = encoderBackward(statesGradient, saved, into: &gradient) else { return }
        if let hierarchy, let hierarchySaved = saved.hierarchy {
            guard let input = hierarchy.backward(x, hierarchySaved, into: &gradient.hierarchy!) else { return }
            x = input
        }
        if let mask = saved.embeddingMask { x *= mask }
        if configuration.embeddingNorm == .tokens, let embeddingNorm, let input = saved.embeddingNormInput {
            x = embeddingNorm.backward(x, input: input, into: &gradient.embeddingNorm!)
        }
        embeddingBackward(x, saved, into: &gradient)
    }

    /// The gradient of what entered the encoder; nil where that is not wanted.
    private func encoderBackward(
        _ statesGradient: Tensor, _ saved: StatesSaved, into gradient: inout VisionTransformer
    ) -> Tensor? {
        let (rows, columns) = grid(of: saved.pixels)
        var (biases, additions): ([(index: Int, gradient: Tensor)], [(index: Int, gradient: Tensor)]) = ([], [])
        let addBias: ((Int, Tensor) -> Void)? = gradient.isPositionBiasWanted ? { biases.append(($0, $1)) } : nil
        let add: ((Int, Tensor) -> Void)? =
            gradient.blockPositions?.isWanted == true ? { additions.append(($0, $1.sumOfSequences())) } : nil
        let input = encoder.backward(
            statesGradient, saved.encoder, into: &gradient.encoder, positionBiasGradient: addBias,
            additionGradient: add)
        for (index, bias) in biases {
            sharedRelativePositions?.accumulate(
                bias, rows: rows, columns: columns, into: &gradient.sharedRelativePositions!)
            guard !relativePositions.isEmpty else { continue }
            relativePositions[index].accumulate(
                bias, rows: rows, columns: columns, into: &gradient.relativePositions[index])
        }
        for (index, addition) in additions {
            addBlockPositionGradient(addition, behind: index, rows: rows, columns: columns, to: &gradient)
        }
        return input
    }

    /// The gradients of patches, tokens and positions, given that of the embedded tokens, `[batch, tokens, hidden]`.
    private func embeddingBackward(_ x: Tensor, _ saved: StatesSaved, into gradient: inout VisionTransformer) {
        let leading = configuration.leadingTokenCount
        let sum = x.sumOfSequences()
        gradient.classToken?.ifWanted { $0 += sum.rows(0..<1) }
        gradient.distillationToken?.ifWanted { $0 += sum.rows(1..<2) }
        let first = configuration.classTokenCount
        let detection = first + configuration.registerCount
        gradient.detectionTokens?.ifWanted { $0 += sum.rows(detection..<leading) }
        gradient.registers?.ifWanted { $0 += sum.rows(first..<first + configuration.registerCount) }
        if gradient.positions?.isWanted == true {
            let (rows, columns) = grid(of: saved.pixels)
            addPositionGradient(sum, rows: rows, columns: columns, to: &gradient.positions!)
        }
        var patches = x.tokens(leading..<saved.tokens)
        if configuration.embeddingNorm == .patches, let embeddingNorm, let input = saved.embeddingNormInput {
            patches = embeddingNorm.backward(patches, input: input, into: &gradient.embeddingNorm!)
        }
        guard gradient.patchEmbedding.isWanted else { return }
        patchEmbedding.accumulate(patches, pixels: wholePatches(saved.pixels), into: &gradient.patchEmbedding)
    }

    /// Of a gradient: whether what enters the encoder, or a bias of its attention, is wanted.
    var isEncoderInputWanted: Bool {
        isEmbeddingWanted || hierarchy?.isWanted == true || isPositionBiasWanted
    }

    /// Of a gradient: whether any part of the embedding is.
    private var isEmbeddingWanted: Bool {
        patchEmbedding.isWanted || classToken?.isWanted == true || distillationToken?.isWanted == true
            || registers?.isWanted == true || detectionTokens?.isWanted == true || positions?.isWanted == true
            || blockPositions?.isWanted == true || embeddingNorm?.isWanted == true
    }

    /// Of a gradient: whether the bias that attention has for positions is.
    private var isPositionBiasWanted: Bool {
        sharedRelativePositions?.isWanted == true || relativePositions.contains(where: \.isWanted)
    }
}

extension Tensor {
    /// `[batch, tokens, hidden]` to `[tokens, hidden]`.
    func sumOfSequences() -> Tensor {
        var sum = Tensor(shape: [shape[1] * shape[2]], repeating: 0)
        sum.addSumOfRows(of: reshaped([shape[0], shape[1] * shape[2]]))
        return sum.reshaped([shape[1], shape[2]])
    }
}
