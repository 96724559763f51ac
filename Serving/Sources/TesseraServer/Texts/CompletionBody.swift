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

    /// Whether each token's log-probability is told.
    var tellsLogProbabilities: Bool {
        switch logprobs {
        case .flag(let flag): flag
        case .number: true
        case .text, nil: false
        }
    }

    /// Refuses what is not done.
    ///
    /// - Throws: `APIError` 400 naming the field.
    func check() throws(APIError) {
        let refused = [
            ("top_logprobs", topLogprobs ?? 0 > 0),
            ("logprobs", logprobs.map { $0 == .number(0) || isCount($0) } ?? false),
            ("best_of", bestOf ?? 1 > n ?? 1), ("frequency_penalty", frequencyPenalty ?? 0 != 0),
            ("presence_penalty", presencePenalty ?? 0 != 0), ("echo", echo ?? false),
            ("suffix", !(suffix ?? "").isEmpty), ("logit_bias", !(logitBias ?? [:]).isEmpty),
            ("tools", !(tools ?? []).isEmpty),
        ]
        if let field = refused.first(where: \.1)?.0 {
            throw .invalid("'\(field)' asks for what is not done here.", field)
        }
    }

    /// Of more than the chosen token log-probabilities are not told.
    private func isCount(_ value: JSONScalar) -> Bool {
        if case .number(let count) = value { return count > 1 }
        return false
    }
}
