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
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameter random: for what `regularization` leaves out.
    /// - Returns: normalised quantiles, `[batch, levels * prediction length]`
    func forward(
        _ windows: PatchedWindows, regularization: Regularization, random: RandomGenerator
    ) -> (quantiles: Tensor, saved: Saved) {
        let (patches, embeddingSaved) = patchEmbedding.forward(windows.patches)
        let (memory, encoderSaved) = transformer.forwardEncoder(
            tokens(patches), valid: windows.valid, regularization: regularization, random: random.part(0))
        let (states, decoderSaved) = transformer.decoder.forwardToStates(
            starts(windows.count), sequences: windows.count, memory: memory, validMemory: windows.valid,
            regularization: regularization, random: random.part(1))
        let (quantiles, headSaved) = head.forward(states.token(0))
        let saved = Saved(
            embedding: embeddingSaved, encoder: encoderSaved, decoder: decoderSaved, head: headSaved,
            memoryShape: memory.shape)
        return (quantiles, saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter quantilesGradient: `[batch, levels * prediction length]`
    func backward(_ quantilesGradient: Tensor, _ saved: consuming Saved, into gradient: inout ChronosBolt) {
        let (batch, tokens, hidden) = (saved.memoryShape[0], saved.memoryShape[1], saved.memoryShape[2])
        let states = head.backward(quantilesGradient, saved.head, into: &gradient.head)
        var memory: Tensor? = Tensor(shape: saved.memoryShape, repeating: 0)
        transformer.decoder.backwardFromStates(
            states.reshaped([batch, 1, hidden]), saved.decoder, into: &gradient.transformer.decoder,
            memoryGradient: &memory)
        guard let memory else { return }
        var x = transformer.backwardEncoder(memory, saved.encoder, into: &gradient.transformer)
        if let id = configuration.closingToken {
            transformer.decoder.embedding.accumulate(
                x.token(tokens - 1), ids: [Int32](repeating: id, count: batch),
                into: &gradient.transformer.decoder.embedding)
            x = x.tokens(0..<tokens - 1)
        }
        // Windows are not trained.
        patchEmbedding.accumulate(x, saved.embedding, into: &gradient.patchEmbedding)
    }
}
