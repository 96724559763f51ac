internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension PatchTST {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        fileprivate let patches: ScaledPatches
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        fileprivate let embeddingMask: Tensor?
        fileprivate let encoder: Encoder.Saved
        /// What left the encoder, `[batch, output tokens, hidden]`
        fileprivate let tokens: Tensor
        /// What the head read, `[batch, features]`
        fileprivate let features: Tensor
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: in units of each window's scale, `[batch, prediction length]`
    func forward(
        _ patches: ScaledPatches, for gradient: PatchTST? = nil, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (forecasts: Tensor, saved: Saved) {
        var x = embedded(patches)
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let (tokens, encoderSaved) = encoder.forward(
            x, outputTokens: outputTokens, for: gradient?.encoder,
            isInputTrained: gradient?.isEncoderInputWanted ?? true, regularization: regularization, random: random)
        let features = pooled(tokens)
        let saved = Saved(
            patches: patches, embeddingMask: mask, encoder: encoderSaved, tokens: tokens, features: features)
        return (head(features), saved)
    }

    /// Adds the gradient of every parameter to `gradient`, save that of batch normalisation's statistics, which are fixed.
    ///
    /// - Parameter forecastsGradient: `[batch, prediction length]`
    func backward(_ forecastsGradient: Tensor, _ saved: Saved, into gradient: inout PatchTST) {
        let features = head.backward(forecastsGradient, input: saved.features, into: &gradient.head)
        let tokens = poolingBackward(features, saved)
        guard var x = encoder.backward(tokens, saved.encoder, into: &gradient.encoder) else { return }
        if let mask = saved.embeddingMask { x *= mask }

        var sum = Tensor(shape: [positions.count], repeating: 0)
        sum.addSumOfRows(of: x.reshaped([x.shape[0], positions.count]))
        sum = sum.reshaped(positions.shape)
        gradient.positions.ifWanted { $0 += sum }
        gradient.classToken?.ifWanted { $0 += sum.rows(0..<1) }
        let leading = configuration.leadingTokenCount
        patchEmbedding.accumulate(
            leading == 0 ? x : x.tokens(leading..<x.shape[1]), input: saved.patches.values,
            into: &gradient.patchEmbedding)
    }

    /// Of a gradient: whether what enters the encoder is wanted.
    private var isEncoderInputWanted: Bool {
        patchEmbedding.isWanted || classToken?.isWanted == true || positions.isWanted
    }

    /// The gradient of what left the encoder, `[batch, output tokens, hidden]`.
    private func poolingBackward(_ features: Tensor, _ saved: Saved) -> Tensor {
        let shape = saved.tokens.shape
        switch configuration.pooling {
        case .flattened, .classToken: return features.reshaped(shape)
        case .mean:
            var tokens = Tensor(shape: shape, repeating: 0)
            tokens.addToEachToken(features, from: 0, scaledBy: 1 / Float(shape[1]))
            return tokens
        case .maximum:
            var tokens = Tensor(shape: [saved.tokens.count, 1], repeating: 0)
            tokens.addRows(features, at: saved.tokens.largestOfTokens())
            return tokens.reshaped(shape)
        }
    }
}

extension Tensor {
    /// Where the largest value of each column of each sequence `[batch, tokens, hidden]` is among all elements, the first of
    /// several; `batch * hidden` places.
    func largestOfTokens() -> [Int] {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        return withValues { values in
            (0..<batch * hidden).map { index in
                let first = index / hidden * tokens * hidden + index % hidden
                var largest = first
                for place in stride(from: first, to: first + tokens * hidden, by: hidden)
                where values[place] > values[largest] {
                    largest = place
                }
                return largest
            }
        }
    }
}
