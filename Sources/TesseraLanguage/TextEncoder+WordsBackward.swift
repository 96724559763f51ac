public import TesseraLayers
public import TesseraTensor
public import TesseraText
internal import TesseraTransformer

extension TextEncoder {
    /// What the backward pass needs of the forward pass to the logits of words.
    public struct SavedWords: Sendable {
        fileprivate let states: SavedStates
        fileprivate let shape: [Int]
        /// The rows of the tokens whose words are asked for.
        fileprivate let rows: [Int]
        fileprivate let head: WordHead.Saved
    }

    /// The forward pass of a training, of a model with a head for words.
    ///
    /// - Parameters:
    ///   - places: for each text, of which of its tokens the word is asked for.
    ///   - gradient: what the backward pass will add to; where nil, to all parameters.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: logits of what stands in these places, one text after the other, `[places, vocabulary]`, and what leaves the encoder,
    ///   `[batch * tokens, hidden]`
    public func forwardWords(
        _ texts: [EncodedText], places: [[Int]], for gradient: TextEncoder? = nil,
        regularization: Regularization = .none, random: RandomGenerator
    ) -> (logits: Tensor, states: Tensor, saved: SavedWords) {
        guard let wordHead else { preconditionFailure("a model without a head for words has no logits of them") }
        let (states, saved) = forwardStates(texts, for: gradient, regularization: regularization, random: random)
        let rows = rows(of: places, tokens: states.shape[1])
        let tokens = states.reshaped([states.shape[0] * states.shape[1], states.shape[2]])
        let (logits, head) = wordHead.forward(tokens.gatheringRows(rows))
        return (logits, tokens, SavedWords(states: saved, shape: states.shape, rows: rows, head: head))
    }

    /// Adds the gradient of every parameter to `gradient`; the table of words has two parts.
    ///
    /// - Parameters:
    ///   - logitsGradient: `[places, vocabulary]`
    ///   - statesGradient: of what left the encoder, where something else depends on it, `[batch * tokens, hidden]`
    public func backwardWords(
        _ logitsGradient: Tensor, states statesGradient: Tensor? = nil, _ saved: consuming SavedWords,
        into gradient: inout TextEncoder
    ) {
        guard let wordHead else { return }
        let read = wordHead.backward(
            logitsGradient, saved.head, into: &gradient.wordHead!, table: &gradient.words.table)
        var states = statesGradient ?? Tensor(shape: [saved.shape[0] * saved.shape[1], saved.shape[2]], repeating: 0)
        states.addRows(read, at: saved.rows)
        backwardStates(states.reshaped(saved.shape), saved.states, into: &gradient)
    }

    /// Logits of what stands in some places of texts, one text after the other, `[places, vocabulary]`, and what leaves the encoder,
    /// `[batch * tokens, hidden]`.
    func words(of texts: [EncodedText], places: [[Int]]) -> (logits: Tensor, states: Tensor) {
        guard let wordHead else { preconditionFailure("a model without a head for words has no logits of them") }
        let states = states(of: texts)
        let rows = rows(of: places, tokens: states.shape[1])
        let tokens = states.reshaped([states.shape[0] * states.shape[1], states.shape[2]])
        return (wordHead(tokens.gatheringRows(rows)), tokens)
    }

    private func rows(of places: [[Int]], tokens: Int) -> [Int] {
        places.enumerated().flatMap { text, places in places.map { text * tokens + $0 } }
    }
}

extension WordHead {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        /// What the dense layer, its activation, the normalisation and the matrix read, `[tokens, hidden]`
        fileprivate let input, dense, activated, normalized: Tensor
    }

    /// - Parameter states: `[tokens, hidden]`
    /// - Returns: `[tokens, vocabulary]`
    func forward(_ states: Tensor) -> (logits: Tensor, saved: Saved) {
        let dense = dense(states)
        let activated = activation(dense)
        let normalized = norm(activated)
        return (
            decoder(normalized), Saved(input: states, dense: dense, activated: activated, normalized: normalized)
        )
    }

    /// - Parameters:
    ///   - logitsGradient: `[tokens, vocabulary]`
    ///   - table: the gradient of the table that the matrix is.
    /// - Returns: dx, `[tokens, hidden]`
    func backward(
        _ logitsGradient: Tensor, _ saved: Saved, into gradient: inout WordHead, table: inout Table
    ) -> Tensor {
        table.withDense { decoder.weight.accumulate(logitsGradient, input: saved.normalized, into: &$0) }
        gradient.decoder.bias?.ifWanted { $0.addSumOfRows(of: logitsGradient) }
        var x = decoder.weight.backward(logitsGradient)
        x = norm.backward(x, input: saved.activated, into: &gradient.norm)
        x = activation.backward(x, input: saved.dense)
        return dense.backward(x, input: saved.input, into: &gradient.dense)
    }
}
