internal import TesseraLayers
public import TesseraTensor

extension AttentionPooling {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        let attention: MultiHeadAttention.Saved
        /// What the query found, `[batch, 1, hidden]`
        let found: Tensor
        let feedForward: FeedForward.Saved
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameter tokens: `[batch, tokens, hidden]`
    /// - Returns: `[batch, hidden]`
    public func forward(_ tokens: Tensor) -> (output: Tensor, saved: Saved) {
        let (found, attentionSaved) = attention.forward(queries(tokens.shape[0]), memory: tokens)
        let (output, feedForwardSaved) = feedForward.forward(norm(found), addingTo: found)
        return (output.token(0), Saved(attention: attentionSaved, found: found, feedForward: feedForwardSaved))
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameters:
    ///   - outputGradient: `[batch, hidden]`
    ///   - areTokensTrained: whether the gradient of the tokens is wanted.
    /// - Returns: that of the tokens, `[batch, tokens, hidden]`; nil where it is not wanted.
    public func backward(
        _ outputGradient: Tensor, _ saved: Saved, areTokensTrained: Bool = true, into gradient: inout AttentionPooling
    ) -> Tensor? {
        let output = outputGradient.reshaped(saved.found.shape)
        var found = norm.backward(
            feedForward.backward(output, saved.feedForward, into: &gradient.feedForward), input: saved.found,
            into: &gradient.norm)
        found += output
        var bias: Tensor?
        let (queries, tokens) = attention.backward(
            found, saved.attention, into: &gradient.attention, biasGradient: &bias, isMemoryTrained: areTokensTrained)
        gradient.query.ifWanted { $0.addSumOfRows(of: queries.reshaped(outputGradient.shape)) }
        return tokens
    }
}
