public import TesseraFiles
public import TesseraText

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
        return try checked(CompletionPrompt(text: text, tokens: tokens))
    }

    /// A conversation that is to be gone on with, as the folder's chat template has it. Where the last message is not the assistant's, the
    /// prompt ends with what a reply begins with.
    ///
    /// - Throws: `FileError` where the folder has no template, or one that is not run or refuses the conversation; as for texts.
    public func prompt(_ messages: [ChatMessage]) throws(FileError) -> CompletionPrompt {
        guard let template = try chatTemplate.get() else {
            throw FileError(.badData, path: name, cause: "has no chat_template to make a prompt of messages")
        }
        let text = try template.text(of: messages, asksForReply: messages.last?.role != "assistant")
        return try checked(CompletionPrompt(text: text, tokens: tokenizer.encodeBare(text).ids))
    }

    private func checked(_ prompt: CompletionPrompt) throws(FileError) -> CompletionPrompt {
        let tokens = prompt.tokens
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
        return prompt
    }

    /// - Throws: `FileError` where the tokenizer has a token that the model lacks.
    func checkKnown(_ ids: [Int32]) throws(FileError) {
        guard let unknown = ids.first(where: { $0 >= decoder.vocabularySize }) else { return }
        throw FileError(.badData, path: name, cause: "the model has no token \(unknown), which its tokenizer gives")
    }
}
