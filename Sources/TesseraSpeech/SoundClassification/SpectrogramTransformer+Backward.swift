public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

extension SpectrogramTransformer {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// `[batch, 1, mel bins, frames]`
        fileprivate let pictures: Tensor
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        fileprivate let embeddingMask: Tensor?
        fileprivate let encoder: Encoder.Saved
        /// The mean of the two tokens that lead, before and behind its normalisation, `[batch, hidden]`
        fileprivate let pooled, features: Tensor
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - spectrograms: `[batch, frames, mel bins]`
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, labels]`
    public func forward(
        _ spectrograms: Tensor, for gradient: SpectrogramTransformer? = nil, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        let pictures = pictures(of: spectrograms)
        var x = embedded(pictures)
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let (tokens, encoderSaved) = encoder.forward(
            x, outputTokens: 2, for: gradient?.encoder, isInputTrained: gradient?.isEncoderInputWanted ?? true,
            regularization: regularization, random: random)
        let pooled = tokens.meanOfTokens(from: 0)
        let features = headNorm(pooled)
        let saved = Saved(
            pictures: pictures, embeddingMask: mask, encoder: encoderSaved, pooled: pooled, features: features)
        return (head(features), saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter logitsGradient: `[batch, labels]`
    public func backward(
        _ logitsGradient: Tensor, _ saved: consuming Saved, into gradient: inout SpectrogramTransformer
    ) {
        let features = head.backward(logitsGradient, input: saved.features, into: &gradient.head)
        let pooled = headNorm.backward(features, input: saved.pooled, into: &gradient.headNorm)
        var tokens = Tensor(shape: [pooled.shape[0], 2, pooled.shape[1]], repeating: 0)
        tokens.addToEachToken(pooled, from: 0, scaledBy: 0.5)
        let (pictures, mask) = (saved.pictures, saved.embeddingMask)
        guard var x = encoder.backward(tokens, saved.encoder, into: &gradient.encoder) else { return }
        if let mask { x *= mask }
        embeddingBackward(x, pictures, into: &gradient)
    }

    /// The gradients of patches, tokens and positions, given that of the embedded tokens, `[batch, tokens, hidden]`. A number of the
    /// spectrogram that lies in several patches needs no care: it is not trained.
    private func embeddingBackward(_ x: Tensor, _ pictures: Tensor, into gradient: inout SpectrogramTransformer) {
        let (batch, tokens, hidden) = (x.shape[0], x.shape[1], x.shape[2])
        var sum = Tensor(shape: [tokens * hidden], repeating: 0)
        sum.addSumOfRows(of: x.reshaped([batch, tokens * hidden]))
        sum = sum.reshaped([tokens, hidden])
        gradient.classToken.ifWanted { $0 += sum.rows(0..<1) }
        gradient.distillationToken.ifWanted { $0 += sum.rows(1..<2) }
        gradient.positions.ifWanted { $0 += sum }
        guard gradient.patchEmbedding.isWanted else { return }
        patchEmbedding.accumulate(x.tokens(2..<tokens), pixels: pictures, into: &gradient.patchEmbedding)
    }

    /// Of a gradient: whether what enters the encoder is wanted.
    private var isEncoderInputWanted: Bool {
        patchEmbedding.isWanted || classToken.isWanted || distillationToken.isWanted || positions.isWanted
    }
}
