internal import TesseraLanguage
internal import TesseraText
internal import TesseraTransformer

extension CompletionBody {
    /// How texts are written: as the model's folder says, changed by what is asked for.
    ///
    /// - Throws: `APIError` 400 naming the field.
    func settings(_ completer: TextCompleter, _ limits: ServerLimits) throws(APIError) -> GenerationSettings {
        var settings = completer.settings
        settings.beamCount = 1
        let most = maxCompletionTokens ?? maxTokens ?? (messages == nil ? 16 : min(1024, limits.tokenCount))
        settings.maximumNewTokens = try most.checked("max_tokens", in: 1...limits.tokenCount)
        settings.maximumLength = nil
        let temperature = try (temperature ?? 1).checked("temperature", in: 0...2)
        settings.isSampling = temperature > 0
        settings.sampling.temperature = Float(temperature)
        if let topP { settings.sampling.topP = Float(try topP.checked("top_p", in: 0...1)) }
        if let minP { settings.sampling.minP = Float(try minP.checked("min_p", in: 0...1)) }
        settings.sampling.topK = try topK?.checked("top_k", in: 1...1_000_000)
        if let penalty = repetitionPenalty {
            settings.repetitionPenalty = Float(try penalty.checked("repetition_penalty", in: 0.01...100))
        }
        settings.seed = seed.map { UInt64(bitPattern: Int64($0)) } ?? .random(in: 0...UInt64.max)
        let stops = stop?.elements ?? []
        guard !stops.contains(""), stops.count <= 16 else {
            throw .invalid("'stop' must be texts that are not empty, 16 at most.", "stop")
        }
        settings.stopTexts += stops
        return settings
    }

    /// The prompts of the request, each as often as it asks for.
    ///
    /// - Throws: `APIError` 400 where there is none; `FileError` where the model cannot read one.
    func prompts(_ completer: TextCompleter, _ limits: ServerLimits) throws -> [CompletionPrompt] {
        let count = try (n ?? 1).checked("n", in: 1...128)
        let distinct: [CompletionPrompt]
        if let messages {
            guard !messages.isEmpty else { throw APIError.invalid("'messages' is empty.", "messages") }
            distinct = [try completer.prompt(messages.map { ChatMessage(role: $0.role, content: $0.content.text) })]
        } else {
            guard let prompt else { throw APIError.invalid("'prompt' is missing.", "prompt") }
            distinct = try prompt.checked("prompt", limit: limits.textCount).map(completer.prompt)
        }
        return distinct.flatMap { Array(repeating: $0, count: count) }
    }
}
