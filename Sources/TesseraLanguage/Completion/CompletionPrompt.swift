public import TesseraFiles
internal import TesseraText

/// What a model goes on with; see `TextCompleter.prompt`.
public struct CompletionPrompt: Sendable, Equatable {
    /// As it was given.
    public let text: String
    /// Its tokens, with those that the model expects before a text.
    public let tokens: [Int32]
}

extension TextCompleter {
    /// A text that is to be completed, made sure that the model reads it. One that has no token begins with the one that the model's folder
    /// names.
    ///
    /// - Throws: `FileError` where the text has more tokens than the model reads, or one that it lacks.
    public func prompt(_ text: String) throws(FileError) -> CompletionPrompt {
        let encoded = tokenizer.encode(text)?.ids ?? []
        let tokens = encoded.isEmpty ? settings.beginToken.map { [$0] } ?? [] : encoded
        guard !tokens.isEmpty else {
            throw FileError(
                .badData, path: name, cause: "there is no token to go on from, and none that texts begin with")
        }
        try checkKnown(tokens)
        guard tokens.count <= contextLength else {
            throw FileError(
                .badData, path: name,
                cause: "the text has \(tokens.count) tokens, and the model reads \(contextLength) at most")
        }
        return CompletionPrompt(text: text, tokens: tokens)
    }

    /// - Throws: `FileError` where the tokenizer has a token that the model lacks.
    func checkKnown(_ ids: [Int32]) throws(FileError) {
        guard let unknown = ids.first(where: { $0 >= decoder.vocabularySize }) else { return }
        throw FileError(.badData, path: name, cause: "the model has no token \(unknown), which its tokenizer gives")
    }
}
