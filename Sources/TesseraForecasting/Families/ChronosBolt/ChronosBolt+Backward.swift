internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension ChronosBolt {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        fileprivate let embedding: ResidualBlock.Saved
        fileprivate let encoder: Encoder.Saved
        fileprivate let decoder: TokenDecoder.Saved
        fileprivate let head: ResidualBlock.Saved
        /// `[batch, tokens, hidden]`
        fileprivate let memoryShape: [Int]
        fileprivate let isMemoryTrained: Bool
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: normalised quantiles, `[batch, levels * prediction length]`
    func forward(
        _ windows: PatchedWindows, for gradient: ChronosBolt? = nil, regularization: Regularization,
        random: RandomGenerator
    ) -> (quantiles: Tensor, saved: Saved) {
        let isMemoryTrained = gradient?.isMemoryWanted ?? true
        let (patches, embeddingSaved) = patchEmbedding.forward(windows.patches)
        let (memory, encoderSaved) = transformer.forwardEncoder(
            tokens(patches), valid: windows.valid, for: gradient?.transformer,
            isInputTrained: gradient?.isEncoderInputWanted ?? true, regularization: regularization,
            random: random.part(0))
        let (states, decoderSaved) = transformer.decoder.forwardToStates(
            starts(windows.count), sequences: windows.count, memory: memory, validMemory: windows.valid,
            for: gradient?.transformer.decoder, isMemoryTrained: isMemoryTrained, regularization: regularization,
            random: random.part(1))
        let (quantiles, headSaved) = head.forward(states.token(0))
        let saved = Saved(
            embedding: embeddingSaved, encoder: encoderSaved, decoder: decoderSaved, head: headSaved,
            memoryShape: memory.shape, isMemoryTrained: isMemoryTrained)
        return (quantiles, saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter quantilesGradient: `[batch, levels * prediction length]`
    func backward(_ quantilesGradient: Tensor, _ saved: consuming Saved, into gradient: inout ChronosBolt) {
        let (batch, tokens, hidden) = (saved.memoryShape[0], saved.memoryShape[1], saved.memoryShape[2])
        let states = head.backward(quantilesGradient, saved.head, into: &gradient.head)
        var memory: Tensor? = saved.isMemoryTrained ? Tensor(shape: saved.memoryShape, repeating: 0) : nil
        transformer.decoder.backwardFromStates(
            states.reshaped([batch, 1, hidden]), saved.decoder, into: &gradient.transformer.decoder,
            memoryGradient: &memory)
        guard let memory,
            var x = transformer.backwardEncoder(memory, saved.encoder, into: &gradient.transformer)
        else { return }
        if let id = configuration.closingToken {
            transformer.decoder.embedding.accumulate(
                x.token(tokens - 1), ids: [Int32](repeating: id, count: batch),
                into: &gradient.transformer.decoder.embedding)
            x = x.tokens(0..<tokens - 1)
        }
        // Windows are not trained.
        if gradient.patchEmbedding.isWanted {
            patchEmbedding.accumulate(x, saved.embedding, into: &gradient.patchEmbedding)
        }
    }

    /// Of a gradient: whether what enters the encoder is wanted, the token that closes the patches included.
    private var isEncoderInputWanted: Bool { patchEmbedding.isWanted || transformer.decoder.embedding.isWanted }

    /// Of a gradient: whether the encoder's output is wanted.
    private var isMemoryWanted: Bool {
        isEncoderInputWanted || transformer.encoder.isWanted || transformer.relativePositions?.isWanted == true
    }
}
