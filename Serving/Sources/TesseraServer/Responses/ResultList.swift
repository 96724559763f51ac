/// Results in the order of what they were made of, as OpenAI's lists are.
struct ResultList<Element: Encodable & Sendable>: Encodable, Sendable {
    let object = "list"
    let data: [Element]
    /// The name of what made them.
    let model: String
}

/// Tokens, as OpenAI counts them.
struct TokenUsage: Encodable, Sendable {
    let promptTokens: Int
    var completionTokens: Int?
    let totalTokens: Int

    init(prompt: Int, completion: Int? = nil) {
        (promptTokens, completionTokens, totalTokens) = (prompt, completion, prompt + (completion ?? 0))
    }
}
