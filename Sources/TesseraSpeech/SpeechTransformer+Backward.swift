public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

extension SpeechTransformer {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// What each convolution read, `[batch, frames, channels]`, and gave before its activation. Empty where they are not
        /// trained.
        fileprivate var convolutions: [(input: Tensor, output: Tensor)] = []
        /// What dropout multiplied the embedded positions with, `[batch, positions, hidden]`
        fileprivate let embeddingMask: Tensor?
        fileprivate let encoder: Encoder.Saved?
        /// `[batch, positions, hidden]`
        fileprivate let memoryShape: [Int]
        fileprivate let decoder: TokenDecoder.Saved
    }

    /// The forward pass of a training: the decoder is given the right tokens.
    ///
    /// - Parameters:
    ///   - frames: `[batch, frames, mel bins]`
    ///   - ids: as many of each clip, one clip after the other.
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: the logits of what follows each token, `[batch, tokens, vocabulary]`
    public func forward(
        _ frames: Tensor, ids: [Int32], for gradient: SpeechTransformer? = nil,
        regularization: Regularization = .none, random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        precondition(configuration.convolutionActivation == .gelu, "gated convolutions cannot be trained")
        let trainsConvolutions = gradient?.convolutions.contains(where: \.isWanted) ?? true
        let trainsEncoder = trainsConvolutions || gradient?.encoder.isWanted ?? true
        var convolved: [(input: Tensor, output: Tensor)] = []
        var x = frames
        for convolution in convolutions {
            let output = convolution(x)
            if trainsConvolutions { convolved.append((x, output)) }
            x = Activation.gelu(output)
        }
        x = positioned(x)
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let (memory, encoderSaved) = encoder.forward(
            x, for: gradient?.encoder, isInputTrained: trainsConvolutions, regularization: regularization,
            random: random.part(0))
        let (logits, decoderSaved) = decoder.forward(
            ids, sequences: frames.shape[0], memory: memory, for: gradient?.decoder, isMemoryTrained: trainsEncoder,
            regularization: regularization, random: random.part(1))
        let saved = Saved(
            convolutions: convolved, embeddingMask: mask, encoder: trainsEncoder ? encoderSaved : nil,
            memoryShape: memory.shape, decoder: decoderSaved)
        return (logits, saved)
    }

    /// Adds the gradient of every parameter to `gradient`, save for the encoder's positions: Whisper's are fixed sinusoids.
    ///
    /// - Parameter logitsGradient: `[batch, tokens, vocabulary]`
    public func backward(_ logitsGradient: Tensor, _ saved: consuming Saved, into gradient: inout SpeechTransformer) {
        var memory: Tensor? =
            saved.encoder == nil ? nil : Tensor(shape: saved.memoryShape, repeating: 0)
        decoder.backward(logitsGradient, saved.decoder, into: &gradient.decoder, memoryGradient: &memory)
        guard let memory, let encoderSaved = saved.encoder,
            var x = encoder.backward(memory, encoderSaved, into: &gradient.encoder)
        else { return }
        if let mask = saved.embeddingMask { x *= mask }
        if configuration.encoderEmbeddingScale != 1 { x *= configuration.encoderEmbeddingScale }
        while let (input, output) = saved.convolutions.popLast() {
            let index = saved.convolutions.count
            x = Activation.gelu.backward(x, input: output)
            // Sound is not trained.
            if index > 0 {
                x = convolutions[index].backward(x, input: input, into: &gradient.convolutions[index])
            } else {
                convolutions[index].accumulate(x, input: input, into: &gradient.convolutions[index])
            }
        }
    }
}
