internal import TesseraTensor
internal import TesseraTransformer

extension TextCompleter {
    /// The best completion that beams find of each prompt.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func beams(behind prompts: [[Int32]], _ settings: GenerationSettings) throws -> [TextCompletion] {
        let atOnce = max(1, 32 / settings.beamCount)
        var completions: [TextCompletion] = []
        for start in stride(from: 0, to: prompts.count, by: atOnce) {
            let part = Array(prompts[start..<min(start + atOnce, prompts.count)])
            let found = try Cancellation.endingEarly { best(behind: part, settings) }
            for (prompt, found) in zip(part, found) { completions.append(try completion(prompt, found, settings)) }
        }
        return completions
    }

    private func best(behind prompts: [[Int32]], _ settings: GenerationSettings) -> [FoundSequence] {
        let limits = prompts.map { settings.limit(prompt: $0.count, context: contextLength) }
        let searches = zip(prompts, limits).map { settings.beamSearch(prompt: $0, limit: $1) }
        var cache = decoder.makeCache(memory: nil, sequences: prompts.count)
        let logits = decoder.nextLogits(afterPrompts: prompts, cache: &cache)
        return decoder.generate(
            from: logits, cache: &cache, searches: searches, limit: limits.max() ?? 0,
            isCancelled: { Cancellation.isDue }
        ).map { $0[0] }
    }

    private func completion(
        _ prompt: [Int32], _ found: FoundSequence, _ settings: GenerationSettings
    ) throws -> TextCompletion {
        let tokens = found.tokens + (found.endToken.map { [$0] } ?? [])
        var text = GrowingText(tokenizer, stopTexts: settings.stopTexts, isStreamed: false)
        let isStopped = found.tokens.contains { text.append($0) }
        return TextCompletion(
            output: text.text, tokens: tokens,
            logProbabilities: try logProbabilities(of: prompt + tokens, from: prompt.count),
            finish: isStopped || found.endToken != nil ? .stop : .length,
            score: found.score(lengthPenalty: settings.lengthPenalty))
    }
}
