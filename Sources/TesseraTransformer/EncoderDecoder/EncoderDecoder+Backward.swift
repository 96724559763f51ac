public import TesseraLayers
public import TesseraTensor

extension EncoderDecoder {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// What the encoder read, one sequence after the other.
        fileprivate let ids: [Int32]
        /// What the normalisation of embedded tokens read, `[batch, tokens, hidden]`
        fileprivate let embedded: Tensor?
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        fileprivate let embeddingMask: Tensor?
        /// nil where the encoder is not trained.
        fileprivate let encoder: Encoder.Saved?
        /// `[batch, tokens, hidden]`
        fileprivate let memoryShape: [Int]
        fileprivate let decoder: TokenDecoder.Saved
    }

    /// The forward pass of a training: the decoder is given the right tokens (teacher forcing).
    ///
    /// - Parameters:
    ///   - sources: what is read, as many tokens of each sequence.
    ///   - valid: which of them are valid, `[batch, tokens]`; nil where all are.
    ///   - targets: what the decoder reads: as many tokens of each sequence, one sequence after the other.
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: the logits of what follows each token of `targets`, `[batch, tokens, vocabulary]`
    public func forward(
        _ sources: [[Int32]], valid: [[Bool]]?, targets: [Int32], for gradient: EncoderDecoder? = nil,
        regularization: Regularization = .none, random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        let trainsInput = gradient?.isInputWanted ?? true
        let trainsEncoder = trainsInput || gradient?.encoder.isWanted ?? true
        let embedded = embedded(sources)
        var x = embeddingNorm.map { $0(embedded) } ?? embedded
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let (memory, encoderSaved) = forwardEncoder(
            x, valid: valid, for: gradient, isInputTrained: trainsInput, regularization: regularization,
            random: random.part(0))
        let (logits, decoderSaved) = decoder.forward(
            targets, sequences: sources.count, memory: memory, validMemory: valid, for: gradient?.decoder,
            isMemoryTrained: trainsEncoder, regularization: regularization, random: random.part(1))
        let saved = Saved(
            ids: sources.flatMap(\.self), embedded: embeddingNorm == nil ? nil : embedded, embeddingMask: mask,
            encoder: trainsEncoder ? encoderSaved : nil, memoryShape: memory.shape, decoder: decoderSaved)
        return (logits, saved)
    }

    /// Adds the gradient of every parameter to `gradient`; the table of tokens has up to three parts.
    ///
    /// - Parameter logitsGradient: `[batch, tokens, vocabulary]`
    public func backward(_ logitsGradient: Tensor, _ saved: consuming Saved, into gradient: inout EncoderDecoder) {
        var memory: Tensor? = saved.encoder == nil ? nil : Tensor(shape: saved.memoryShape, repeating: 0)
        decoder.backward(logitsGradient, saved.decoder, into: &gradient.decoder, memoryGradient: &memory)
        guard let memory, let encoderSaved = saved.encoder,
            var x = backwardEncoder(memory, encoderSaved, into: &gradient)
        else { return }
        if let mask = saved.embeddingMask { x *= mask }
        if let embeddingNorm, let input = saved.embedded {
            x = embeddingNorm.backward(x, input: input, into: &gradient.embeddingNorm!)
        }
        embeddingBackward(x, ids: saved.ids, into: &gradient)
    }

    /// The gradients of the table and the positions, given that of the embedded tokens, `[batch, tokens, hidden]`.
    private func embeddingBackward(_ x: Tensor, ids: [Int32], into gradient: inout EncoderDecoder) {
        if positions != nil {
            gradient.positions!.ifWanted { $0.addPositions(x, offset: configuration.decoder.positionOffset) }
        }
        var x = x
        if decoder.embeddingScale != 1 { x *= decoder.embeddingScale }
        decoder.embedding.accumulate(x.reshaped([ids.count, x.shape[2]]), ids: ids, into: &gradient.decoder.embedding)
    }

    /// Of a gradient: whether what the encoder reads is wanted.
    private var isInputWanted: Bool {
        decoder.embedding.isWanted || positions?.isWanted == true || embeddingNorm?.isWanted == true
    }
}

extension EncoderDecoder {
    /// The encoder's forward pass in a training; see `encoded`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters.
    ///   - isInputTrained: whether it has to reach x.
    package func forwardEncoder(
        _ x: Tensor, valid: [[Bool]]?, for gradient: EncoderDecoder? = nil, isInputTrained: Bool = true,
        regularization: Regularization = .none, random: RandomGenerator
    ) -> (output: Tensor, saved: Encoder.Saved) {
        let bias = relativePositions.map { $0(queries: 0..<x.shape[1], keyCount: x.shape[1]) }
        let areBiasesTrained = relativePositions != nil && gradient?.relativePositions?.isWanted != false
        return encoder.forward(
            x, positionBias: { _ in bias }, mask: AttentionMask(validKeys: valid), for: gradient?.encoder,
            isInputTrained: isInputTrained || areBiasesTrained, regularization: regularization, random: random)
    }

    /// - Parameter outputGradient: `[batch, tokens, hidden]`
    /// - Returns: dx, `[batch, tokens, hidden]`; nil where neither x nor the biases of positions are trained.
    package func backwardEncoder(
        _ outputGradient: Tensor, _ saved: consuming Encoder.Saved, into gradient: inout EncoderDecoder
    ) -> Tensor? {
        // Every block reads the same bias.
        var biasGradient: Tensor?
        let add: (Int, Tensor) -> Void = { _, block in
            if biasGradient == nil { biasGradient = block } else { biasGradient! += block }
        }
        let isBiasWanted = gradient.relativePositions?.isWanted == true
        let x = encoder.backward(
            outputGradient, saved, into: &gradient.encoder, positionBiasGradient: isBiasWanted ? add : nil)
        if let biasGradient {
            relativePositions?.accumulate(
                biasGradient, queries: 0..<biasGradient.shape[1], into: &gradient.relativePositions!)
        }
        return x
    }
}
