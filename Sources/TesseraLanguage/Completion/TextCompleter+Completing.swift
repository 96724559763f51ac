internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraText
public import TesseraTransformer

extension TextCompleter {
    /// Completes each text; see there.
    ///
    /// - Throws: `FileError` where a text is too long for the model; `CancellationError` when the task is cancelled.
    public func complete(_ texts: [String], settings: GenerationSettings? = nil) throws -> [TextCompletion] {
        try complete(texts.map { try prompt($0) }, settings: settings)
    }

    /// Completes each prompt; some at a time pass the model together.
    ///
    /// - Parameters:
    ///   - settings: how; as the folder says where nil.
    ///   - first: the number of the first prompt among all that one seed serves: each draws its tokens by its own.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func complete(
        _ prompts: [CompletionPrompt], settings: GenerationSettings? = nil, countingFrom first: Int = 0
    ) throws -> [TextCompletion] {
        let settings = settings ?? self.settings
        let tokens = prompts.map(\.tokens)
        return try threads.run {
            try settings.beamCount > 1 ? beams(behind: tokens, settings) : sampled(tokens, settings, first)
        }
    }

    /// Completes a prompt, and tells what is written as it comes.
    ///
    /// - Parameters:
    ///   - settings: how; as the folder says where nil.
    ///   - number: the prompt's among all that one seed serves.
    ///   - progress: called with what is new of the text: whole characters, and nothing that is taken back later. Beams are told once, at
    ///     the end. What it throws ends the work.
    /// - Throws: `CancellationError` when the task is cancelled; what `progress` throws.
    public func complete(
        _ prompt: CompletionPrompt, settings: GenerationSettings? = nil, number: Int = 0,
        progress: (String) throws -> Void
    ) throws -> TextCompletion {
        let settings = settings ?? self.settings
        guard settings.beamCount == 1 else {
            let completion = try complete([prompt], settings: settings)[0]
            try progress(completion.output)
            return completion
        }
        var open = [open(prompt.tokens, settings, number: number, isStreamed: true)]
        try threads.run { try Cancellation.endingEarly { try write(&open, progress: progress) } }
        return open[0].completion
    }

    /// What is written behind a text, as it comes; to stop iterating, or to cancel the task, stops the work. It is written on a thread of
    /// the stream's own.
    ///
    /// - Parameter settings: how; as the folder says where nil.
    public func text(
        behind text: String, settings: GenerationSettings? = nil
    ) -> AsyncThrowingStream<String, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task(executorPreference: LongComputation.executor) {
                do {
                    _ = try complete(try prompt(text), settings: settings) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// How many texts are written together: more make it no faster.
    private static let textsAtOnce = 32

    private func sampled(
        _ prompts: [[Int32]], _ settings: GenerationSettings, _ first: Int
    ) throws -> [TextCompletion] {
        var completions: [TextCompletion] = []
        for start in stride(from: 0, to: prompts.count, by: Self.textsAtOnce) {
            var open: [OpenCompletion] = []
            for index in start..<min(start + Self.textsAtOnce, prompts.count) {
                open.append(self.open(prompts[index], settings, number: first + index))
            }
            try Cancellation.endingEarly { try write(&open) }
            completions += open.map(\.completion)
        }
        return completions
    }

    private func open(
        _ prompt: [Int32], _ settings: GenerationSettings, number: Int, isStreamed: Bool = false
    ) -> OpenCompletion {
        OpenCompletion(
            prompt, settings, context: contextLength,
            text: GrowingText(tokenizer, stopTexts: settings.stopTexts, isStreamed: isStreamed),
            random: RandomGenerator(seed: settings.seed).part(number))
    }

    /// Writes completions to their ends, a token of each at a time.
    ///
    /// - Parameter progress: called with what is new of the first one's text.
    private func write(_ completions: inout [OpenCompletion], progress: (String) throws -> Void = { _ in }) rethrows {
        var open = completions.indices.filter { completions[$0].finish == nil }
        guard !open.isEmpty else { return }
        var cache = decoder.makeCache(memory: nil, sequences: open.count)
        var logits = decoder.nextLogits(afterPrompts: open.map { completions[$0].prompt }, cache: &cache)
        while !open.isEmpty, !Cancellation.isDue {
            completions.withUnsafeMutableBufferPointer { completions in
                Threads.forEach(open.count) { row in completions[open[row]].advance(logits.rows(row..<row + 1)) }
            }
            let text = completions[0].nextText()
            if !text.isEmpty { try progress(text) }
            let rows = open.indices.filter { completions[open[$0]].finish == nil }
            guard !rows.isEmpty else { return }
            open = rows.map { open[$0] }
            cache.keepSequences(rows)
            logits = decoder.nextLogits(after: open.map { completions[$0].tokens.suffix(1) }, cache: &cache)
        }
    }
}
