internal import TesseraTensor
internal import TesseraText

extension TextModel {
    /// Which token of a text, or of a pair, looks at which.
    ///
    /// - Throws: `FileError` where the tokenizer does not join pairs; `CancellationError` when the task is cancelled.
    func attention(of text: String, pair: String?, limit: Int?) throws -> TokenAttention {
        let encoded = try encode(text, pair: pair, limit: limit)
        try checkTypes(of: [encoded])
        let names = encoded.tokenTexts(of: [text, pair ?? ""], tokenizer)
        return try threads.run {
            let layers = try Cancellation.endingEarly { encoder.attentionProbabilities(of: encoded) }
            return TokenAttention(queries: names, keys: names, layers: layers, isCrossAttention: false)
        }
    }
}

extension EncodedText {
    /// What each token stands for in its text; the vocabulary's names, without its sign of a space, for those that stand nowhere.
    func tokenTexts(of texts: [String], _ tokenizer: any TextTokenizer) -> [String] {
        let scalars = texts.map { Array($0.unicodeScalars) }
        return ids.indices.map { index in
            guard let source = sources[index], !offsets[index].isEmpty else {
                return (tokenizer.token(ids[index]) ?? "").filter { $0 != "▁" }
            }
            return scalars[source].text(offsets[index]).filter { !$0.isWhitespace }
        }
    }
}
