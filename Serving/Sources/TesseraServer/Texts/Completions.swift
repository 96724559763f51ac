internal import Foundation
internal import Hummingbird
internal import TesseraLanguage
internal import TesseraTransformer

/// `POST /v1/completions` and `/v1/chat/completions`, as OpenAI's API has them, for decoders.
struct Completions: Sendable {
    let models: ServedModels
    let isChat: Bool

    /// What one request is answered with.
    private struct Work: Sendable {
        let completer: TextCompleter
        let prompts: [CompletionPrompt]
        let settings: GenerationSettings
        let writer: CompletionWriter
    }

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: CompletionBody.self, admitted.limits)
        let work = try work(body, admitted.limits)
        guard body.stream ?? false else {
            let completions = try await admitted.compute {
                try work.completer.complete(work.prompts, settings: work.settings)
            }
            return work.writer.response(work.prompts, completions)
        }
        let tellsUsage = body.streamOptions?.includeUsage ?? false
        return ServerSentEvents.response(to: request) { events in
            try await stream(work, tellsUsage: tellsUsage, admitted, events)
        }
    }

    private func work(_ body: CompletionBody, _ limits: ServerLimits) throws -> Work {
        let (name, completer) = try models.served(TextCompleter.self, named: body.model)
        guard isChat == (body.messages != nil) else {
            let field = isChat ? "messages" : "prompt"
            throw APIError.invalid("'\(field)' is missing.", field)
        }
        try body.check()
        return Work(
            completer: completer, prompts: try body.prompts(completer, limits),
            settings: try body.settings(completer, limits),
            writer: CompletionWriter(
                completer, model: name, isChat: isChat, tellsLogProbabilities: try body.tellsLogProbabilities()))
    }

    /// Writes one choice after the other, a piece of text an event.
    private func stream(
        _ work: Work, tellsUsage: Bool, _ admitted: AdmittedRequest, _ events: ServerSentEvents
    ) async throws {
        var tokenCount = 0
        for (index, prompt) in work.prompts.enumerated() {
            try work.writer.begin(index, events)
            let completion = try await admitted.compute {
                try work.completer.complete(prompt, settings: work.settings, number: index) { text in
                    try events.send(work.writer.chunk(index, text: text))
                }
            }
            try events.send(work.writer.chunk(index, completion: completion))
            tokenCount += completion.tokens.count
        }
        if tellsUsage {
            let read = work.prompts.map(\.tokens.count).reduce(0, +)
            try events.send(work.writer.usageChunk(TokenUsage(prompt: read, completion: tokenCount)))
        }
        events.sendDone()
    }
}
