public import TesseraLayers
public import TesseraTensor
public import TesseraText
internal import TesseraTransformer

extension TextEncoder {
    /// What the backward pass needs of the forward pass to hidden states.
    struct SavedStates: Sendable {
        fileprivate let texts: [EncodedText]
        fileprivate let longest: Int
        /// What the normalisation of embedded tokens read, `[batch * tokens, embedding]`
        fileprivate let embedded: Tensor
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, embedding]`
        fileprivate let mask: Tensor?
        /// What the projection read, where there is one, `[batch, tokens, embedding]`
        fileprivate let projected: Tensor?
        fileprivate let encoder: Encoder.Saved
    }

    /// The forward pass of a training to what leaves the encoder; see `states`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Nothing is saved for what is not wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, tokens, hidden]`
    func forwardStates(
        _ texts: [EncodedText], outputTokens: Int? = nil, for gradient: TextEncoder? = nil,
        regularization: Regularization = .none, random: RandomGenerator
    ) -> (states: Tensor, saved: SavedStates) {
        let longest = texts.map(\.count).max() ?? 0
        let embedded = sumOfEmbeddings(texts, longest)
        var x = norm(embedded).reshaped([texts.count, longest, embedded.shape[1]])
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let projected = projection == nil ? nil : x
        if let projection { x = projection(x) }
        let (states, saved) = encoder.forward(
            x, outputTokens: outputTokens, mask: attentionMask(texts, longest), for: gradient?.encoder,
            isInputTrained: gradient?.isInputWanted ?? true, regularization: regularization, random: random.part(0))
        return (
            states,
            SavedStates(
                texts: texts, longest: longest, embedded: embedded, mask: mask, projected: projected, encoder: saved)
        )
    }

    /// Adds the gradients of embeddings and encoder to `gradient`.
    ///
    /// - Parameter statesGradient: `[batch, tokens, hidden]`
    func backwardStates(_ statesGradient: Tensor, _ saved: consuming SavedStates, into gradient: inout TextEncoder) {
        guard var x = encoder.backward(statesGradient, saved.encoder, into: &gradient.encoder) else { return }
        if let projection, let input = saved.projected {
            x = projection.backward(x, input: input, into: &gradient.projection!)
        }
        if let mask = saved.mask { x *= mask }
        x = norm.backward(x.reshaped(saved.embedded.shape), input: saved.embedded, into: &gradient.norm)
        let places = places(saved.texts, saved.longest)
        words.accumulate(x, ids: places.ids, into: &gradient.words)
        positions.accumulate(x, ids: places.positions, into: &gradient.positions)
        types?.accumulate(x, ids: places.types, into: &gradient.types!)
    }

    /// Of a gradient: whether what enters the encoder is wanted.
    private var isInputWanted: Bool {
        words.isWanted || positions.isWanted || types?.isWanted == true || norm.isWanted || projection?.isWanted == true
    }
}

extension TextEncoder {
    /// What the backward pass needs of the forward pass to the logits of texts.
    public struct Saved: Sendable {
        fileprivate let states: SavedStates
        /// The first tokens' hidden states, `[batch, hidden]`
        fileprivate let first: Tensor
        /// What the pooler gave before its activation, and what the classifier read, `[batch, hidden]`
        fileprivate let pooled, read: Tensor
        /// What dropout multiplied the latter with.
        fileprivate let mask: Tensor?
    }

    /// The forward pass of a training, of a model with a classification head.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: logits of each text, `[batch, labels]`
    public func forward(
        _ texts: [EncodedText], for gradient: TextEncoder? = nil, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        guard let pooler, let classifier, case .sequence(_, _, let activation) = configuration.head else {
            preconditionFailure("a model without a head has no logits")
        }
        let (states, saved) = forwardStates(
            texts, outputTokens: 1, for: gradient, regularization: regularization, random: random.part(0))
        let first = states.token(0)
        let pooled = pooler(first)
        var read = activation(pooled)
        let mask = regularization.mask(read.shape, depth: nil, random: random.part(1))
        if let mask { read *= mask }
        return (
            classifier(read), Saved(states: saved, first: first, pooled: pooled, read: read, mask: mask)
        )
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameter logitsGradient: `[batch, labels]`
    public func backward(_ logitsGradient: Tensor, _ saved: consuming Saved, into gradient: inout TextEncoder) {
        guard let pooler, let classifier, case .sequence(_, _, let activation) = configuration.head else { return }
        var x = classifier.backward(logitsGradient, input: saved.read, into: &gradient.classifier!)
        if let mask = saved.mask { x *= mask }
        x = activation.backward(x, input: saved.pooled)
        x = pooler.backward(x, input: saved.first, into: &gradient.pooler!)
        backwardStates(x.reshaped([x.shape[0], 1, x.shape[1]]), saved.states, into: &gradient)
    }
}
