internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension FrameClassifier {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        /// `[batch, tokens, frames a token * mel bins]`
        fileprivate let tokens: Tensor
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        fileprivate let embeddingMask: Tensor?
        fileprivate let encoder: Encoder.Saved
        /// What the head read, `[batch, tokens, hidden]`
        fileprivate let output: Tensor
    }

    /// The forward pass of a training; see `logits`.
    ///
    /// - Parameters:
    ///   - frames: `[batch, frames, mel bins]`
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, frames]`
    func forward(
        _ frames: Tensor, for gradient: FrameClassifier? = nil, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        let tokens = tokens(of: frames)
        var x = embedded(tokens)
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let (output, encoderSaved) = encoder.forward(
            x, for: gradient?.encoder, isInputTrained: gradient?.isEncoderInputWanted ?? true,
            regularization: regularization, random: random)
        let saved = Saved(tokens: tokens, embeddingMask: mask, encoder: encoderSaved, output: output)
        return (head(output).reshaped([frames.shape[0], frames.shape[1]]), saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter logitsGradient: `[batch, frames]`
    func backward(_ logitsGradient: Tensor, _ saved: Saved, into gradient: inout FrameClassifier) {
        let shape = [saved.tokens.shape[0], saved.tokens.shape[1], configuration.framesAToken]
        let output = head.backward(logitsGradient.reshaped(shape), input: saved.output, into: &gradient.head)
        guard var x = encoder.backward(output, saved.encoder, into: &gradient.encoder) else { return }
        if let mask = saved.embeddingMask { x *= mask }
        gradient.positions.ifWanted { positions in
            var sum = Tensor(shape: [x.count / x.shape[0]], repeating: 0)
            sum.addSumOfRows(of: x.reshaped([x.shape[0], sum.count]))
            positions.addRows(sum.reshaped(Array(x.shape.dropFirst())), at: Array(0..<x.shape[1]))
        }
        frameEmbedding.accumulate(x, input: saved.tokens, into: &gradient.frameEmbedding)
    }

    /// Of a gradient: whether what enters the encoder is wanted.
    private var isEncoderInputWanted: Bool { frameEmbedding.isWanted || positions.isWanted }
}
