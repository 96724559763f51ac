internal import TesseraLayers
internal import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

extension SequenceToSequenceModel {
    /// Which token of what was written looked at which of what was read.
    ///
    /// - Parameters:
    ///   - text: what was read.
    ///   - written: what was made of it.
    /// - Throws: `CancellationError` when the task is cancelled.
    func attention(of written: GeneratedText, reading text: String) throws -> TokenAttention {
        let read = tokenizer.encode(text, limit: tokenLimit) ?? EncodedText()
        let layers = try threads.run {
            try Cancellation.endingEarly { crossAttention(of: written.tokens, to: read.ids) }
        }
        let names = written.tokens.map { token in
            let text = tokenizer.decode([token], skippingSpecialTokens: false).filter { !$0.isWhitespace }
            return text.isEmpty ? tokenizer.token(token) ?? "" : text
        }
        return TokenAttention(
            queries: names, keys: read.tokenTexts(of: [text], tokenizer), layers: layers, isCrossAttention: true)
    }

    /// What the step that wrote each token took from each that was read, of each layer `[heads, written, read]`.
    private func crossAttention(of written: [Int32], to read: [Int32]) -> [Tensor] {
        var cache = encoded([read])
        var layers: [Tensor] = []
        let input = [settings.startToken ?? 0] + written.dropLast()
        _ = Threads.takeTurn {
            network.decoder.states(of: [input], cache: &cache) { _ in { layers.append($0[0]) } }
        }
        return layers
    }
}
