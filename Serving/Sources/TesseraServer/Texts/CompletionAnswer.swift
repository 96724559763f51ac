/// The objects of OpenAI's completions, whole or in chunks.
struct CompletionAnswer: Encodable, Sendable {
    let id, object: String
    let created: Int
    let model: String
    let choices: [CompletionChoice]
    let usage: TokenUsage?
}

/// One of several texts that were asked for.
struct CompletionChoice: Encodable, Sendable {
    struct Message: Encodable, Sendable {
        let role, content: String?
    }

    let index: Int
    var text: String?
    var message: Message?
    var delta: Message?
    var logprobs: CompletionLogProbabilities?
    var finishReason: String?

    private enum CodingKeys: String, CodingKey { case index, text, message, delta, logprobs, finishReason }

    // That nothing has ended it is said, and not left out.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(index, forKey: .index)
        try container.encodeIfPresent(text, forKey: .text)
        try container.encodeIfPresent(message, forKey: .message)
        try container.encodeIfPresent(delta, forKey: .delta)
        try container.encode(logprobs, forKey: .logprobs)
        try container.encode(finishReason, forKey: .finishReason)
    }
}

/// How likely the model called each token: natural logarithms.
struct CompletionLogProbabilities: Encodable, Sendable {
    private struct Token: Encodable, Sendable {
        let token: String
        let logprob: Float
        let bytes: [UInt8]
        let topLogprobs: [Float] = []
    }

    /// Of completions.
    private var tokens: [String]?
    private var tokenLogprobs: [Float]?
    private var textOffset: [Int]?
    /// Of conversations.
    private var content: [Token]?

    init(_ texts: [String], _ values: [Float], isChat: Bool) {
        guard !isChat else {
            content = zip(texts, values).map { Token(token: $0, logprob: $1, bytes: Array($0.utf8)) }
            return
        }
        (tokens, tokenLogprobs) = (texts, values)
        var offset = 0
        textOffset = texts.map { text in
            defer { offset += text.unicodeScalars.count }
            return offset
        }
    }
}
