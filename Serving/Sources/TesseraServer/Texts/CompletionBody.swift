/// The fields of OpenAI's `POST /v1/completions` and `/v1/chat/completions`, with those beside that open models know.
struct CompletionBody: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        let role: String
        let content: MessageContent
    }

    struct StreamOptions: Decodable, Sendable {
        let includeUsage: Bool?
    }

    let model: String?
    let prompt: OneOrMany<String>?
    let messages: [Message]?
    let maxTokens, maxCompletionTokens, n, seed: Int?
    let temperature, topP, minP, repetitionPenalty: Double?
    let topK: Int?
    let stop: OneOrMany<String>?
    let stream: Bool?
    let streamOptions: StreamOptions?
    /// A number for completions, a truth value for conversations.
    let logprobs: JSONScalar?
    // What is refused where it asks for something.
    private let topLogprobs, bestOf: Int?
    private let frequencyPenalty, presencePenalty: Double?
    private let echo: Bool?
    private let suffix: String?
    private let logitBias: [String: Double]?
    private let tools: [Ignored]?

    private struct Ignored: Decodable, Sendable {}

    /// Whether each token's log-probability is told: a conversation's request says it, another how many it wants, the chosen one's at
    /// most.
    ///
    /// - Throws: `APIError` 400 where it says something else.
    func tellsLogProbabilities() throws(APIError) -> Bool {
        switch (logprobs, messages == nil) {
        case (nil, _), (.flag(false), false): return false
        case (.flag(true), false), (.number(1), true): return true
        case (_, true):
            throw .invalid("'logprobs' must be 1: of other tokens than the chosen they are not told.", "logprobs")
        case (_, false): throw .invalid("'logprobs' must be true or false.", "logprobs")
        }
    }

    /// Refuses what is not done.
    ///
    /// - Throws: `APIError` 400 naming the field.
    func check() throws(APIError) {
        let refused = [
            ("top_logprobs", topLogprobs ?? 0 > 0),
            ("best_of", bestOf ?? 1 > n ?? 1), ("frequency_penalty", frequencyPenalty ?? 0 != 0),
            ("presence_penalty", presencePenalty ?? 0 != 0), ("echo", echo ?? false),
            ("suffix", !(suffix ?? "").isEmpty), ("logit_bias", !(logitBias ?? [:]).isEmpty),
            ("tools", !(tools ?? []).isEmpty),
        ]
        if let field = refused.first(where: \.1)?.0 {
            throw .invalid("'\(field)' asks for what is not done here.", field)
        }
    }
}
