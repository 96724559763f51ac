internal import Foundation
internal import Hummingbird
internal import TesseraLanguage

/// Writes completions as OpenAI's API does, whole or in chunks.
struct CompletionWriter: Sendable {
    private let completer: TextCompleter
    private let model: String
    private let isChat: Bool
    private let tellsLogProbabilities: Bool
    private let id: String
    private let created = Int(Date().timeIntervalSince1970)

    init(_ completer: TextCompleter, model: String, isChat: Bool, tellsLogProbabilities: Bool) {
        (self.completer, self.model, self.isChat) = (completer, model, isChat)
        self.tellsLogProbabilities = tellsLogProbabilities
        id = (isChat ? "chatcmpl-" : "cmpl-") + UUID().uuidString.lowercased()
    }

    /// All that was written behind the prompts.
    func response(_ prompts: [CompletionPrompt], _ completions: [TextCompletion]) -> Response {
        let choices = completions.enumerated().map { index, completion in
            CompletionChoice(
                index: index, text: isChat ? nil : completion.output,
                message: isChat ? .init(role: "assistant", content: completion.output) : nil,
                logprobs: logProbabilities(completion), finishReason: completion.finish.rawValue)
        }
        let usage = TokenUsage(
            prompt: prompts.map(\.tokens.count).reduce(0, +), completion: completions.map(\.tokens.count).reduce(0, +))
        return Response(json: answer(isChat ? "chat.completion" : "text_completion", choices, usage))
    }

    /// Says who speaks, where a conversation goes on.
    func begin(_ index: Int, _ events: ServerSentEvents) throws {
        guard isChat else { return }
        try events.send(chunk(CompletionChoice(index: index, delta: .init(role: "assistant", content: ""))))
    }

    /// A piece of what is written.
    func chunk(_ index: Int, text: String) -> CompletionAnswer {
        chunk(
            CompletionChoice(
                index: index, text: isChat ? nil : text, delta: isChat ? .init(role: nil, content: text) : nil))
    }

    /// The end of what is written.
    func chunk(_ index: Int, completion: TextCompletion) -> CompletionAnswer {
        chunk(
            CompletionChoice(
                index: index, text: isChat ? nil : "", delta: isChat ? .init(role: nil, content: nil) : nil,
                logprobs: logProbabilities(completion), finishReason: completion.finish.rawValue))
    }

    /// What it cost, behind all that is written.
    func usageChunk(_ usage: TokenUsage) -> CompletionAnswer { answer(chunkKind, [], usage) }

    private func chunk(_ choice: CompletionChoice) -> CompletionAnswer { answer(chunkKind, [choice], nil) }

    private var chunkKind: String { isChat ? "chat.completion.chunk" : "text_completion" }

    private func answer(_ kind: String, _ choices: [CompletionChoice], _ usage: TokenUsage?) -> CompletionAnswer {
        CompletionAnswer(id: id, object: kind, created: created, model: model, choices: choices, usage: usage)
    }

    private func logProbabilities(_ completion: TextCompletion) -> CompletionLogProbabilities? {
        guard tellsLogProbabilities else { return nil }
        let texts = completion.tokens.map { completer.text(of: [$0]) }
        return CompletionLogProbabilities(texts, completion.logProbabilities, isChat: isChat)
    }
}
