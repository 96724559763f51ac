internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What one decoding of a window gave.
struct DecodedWindow {
    /// Timestamps included.
    let tokens: [Int32]
    /// Of each token; none where nobody asks.
    let logProbabilities: [Double]
    let text: String
    let temperature: Float
    let averageLogProbability: Double
    let compressionRatio: Double
    let noSpeechProbability: Double

    var attempt: WindowDecision.Attempt {
        .init(
            temperature: temperature, averageLogProbability: averageLogProbability,
            compressionRatio: compressionRatio, noSpeechProbability: noSpeechProbability)
    }
}

/// Writes down what one window says (openai/whisper, `DecodingTask`).
struct WindowDecoder {
    let model: SpeechTransformer
    let vocabulary: WhisperVocabulary
    let options: TranscriptionOptions
    /// The language's token; nil for models that know none.
    let language: Int32?

    /// The tokens every decoding begins with: start, language, task.
    var startSequence: [Int32] { vocabulary.startSequence(language: language, task: options.task) }

    /// - Parameters:
    ///   - window: a cache that holds the window's encoding and no token.
    ///   - previous: the tokens of the text before it.
    ///   - random: for temperatures above 0.
    func decode(
        _ window: KeyValueCache, previous: [Int32], temperature: Float, random: RandomGenerator,
        isCancelled: () -> Bool = { false }
    ) -> DecodedWindow {
        var (cache, logits, noSpeech) = begin([window], previous)
        let count = temperature > 0 ? options.bestOf : options.beamSize ?? 1
        if count > 1 {
            let rows = [Int](repeating: 0, count: count)
            cache.keepSequences(rows)
            logits = logits.gatheringRows(rows)
        }
        let search: any TokenSearch =
            temperature == 0 && options.beamSize != nil
            ? BeamSearch(count: count, endToken: vocabulary.endOfText, patience: options.patience)
            : Sampling(count: count, endTokens: [vocabulary.endOfText], .init(temperature: temperature), random: random)
        let found = model.decoder.generate(
            from: logits, cache: &cache, search: search, filters: filters, limit: tokenLimit, isCancelled: isCancelled)
        return decoded(likeliest(found), temperature: temperature, noSpeech: noSpeech[0])
    }

    /// Writes down what several windows say, a token of each at a time: each gets the text that it gets alone.
    ///
    /// - Parameter windows: a cache for each window that holds its encoding and no token.
    func decodeTogether(
        _ windows: [KeyValueCache], previous: [Int32], temperature: Float, random: [RandomGenerator],
        isCancelled: () -> Bool = { false }
    ) -> [DecodedWindow] {
        guard temperature == 0, options.beamSize == nil else {
            return zip(windows, random).map {
                decode($0, previous: previous, temperature: temperature, random: $1, isCancelled: isCancelled)
            }
        }
        var (cache, logits, noSpeech) = begin(windows, previous)
        let found = model.decoder.generate(
            from: logits, cache: &cache, search: Sampling(endTokens: [vocabulary.endOfText], .greedy, random: random),
            filters: filters, limit: tokenLimit, isCancelled: isCancelled)
        return zip(found, noSpeech).map { decoded($0, temperature: temperature, noSpeech: $1) }
    }

    /// Reads the prompt of each window.
    ///
    /// - Returns: what was read, the logits of what follows, `[windows, vocabulary]`, and each window's probability of no speech.
    private func begin(
        _ windows: [KeyValueCache], _ previous: [Int32]
    ) -> (cache: KeyValueCache, logits: Tensor, noSpeech: [Double]) {
        var cache = windows[0]
        for window in windows.dropFirst() { cache.append(window) }
        let (prompt, start) = prompt(previous)
        let last = prompt.count - 1
        let (first, next) = Threads.takeTurn {
            let states = model.decoder.states(of: windows.map { _ in prompt }, cache: &cache)
            func logits(ofToken token: Int) -> Tensor {
                model.decoder.logits(states.gatheringRows(windows.indices.map { $0 * prompt.count + token }))
            }
            return (logits(ofToken: start), start == last ? nil : logits(ofToken: last))
        }
        let probabilities = first.softmax()
        let noSpeech = windows.indices.map { window in
            vocabulary.noSpeech.map { Double(probabilities[window, Int($0)]) } ?? 0
        }
        return (cache, next ?? first, noSpeech)
    }

    /// Decodes a window at one temperature after the other until its text passes the tests of the options.
    ///
    /// - Parameters:
    ///   - result: what was decoded before; nil for nothing.
    ///   - decision: gets what was tried, and what came of it.
    func retried(
        _ result: DecodedWindow?, _ decision: inout WindowDecision, _ window: KeyValueCache, previous: [Int32],
        temperatures: ArraySlice<Float>, isCancelled: () -> Bool
    ) -> DecodedWindow {
        var latest = result
        for temperature in temperatures where latest == nil || !isCancelled() {
            guard latest == nil || decision.verdict.isDoubtful else { break }
            let next = decode(
                window, previous: previous, temperature: temperature, random: random(seek: decision.seek, temperature),
                isCancelled: isCancelled)
            decision.attempts.append(next.attempt)
            decision.verdict = next.verdict(options)
            latest = next
        }
        guard let latest else { preconditionFailure("there is a temperature") }
        return latest
    }

    /// What a window is drawn with at a temperature.
    func random(seek: Int, _ temperature: Float) -> RandomGenerator {
        RandomGenerator(seed: 0, UInt64(seek), UInt64(temperature.bitPattern))
    }

    /// The most tokens of a window.
    private var tokenLimit: Int { options.tokenLimit ?? model.configuration.decoder.contextLength / 2 }

    private func decoded(_ sequence: FoundSequence, temperature: Float, noSpeech: Double) -> DecodedWindow {
        let text = vocabulary.text(sequence.tokens).trimmed
        return DecodedWindow(
            tokens: sequence.tokens, logProbabilities: options.tellsTokens ? sequence.logProbabilities : [], text: text,
            temperature: temperature,
            averageLogProbability: sequence.logProbability / Double(sequence.tokens.count + 1),
            compressionRatio: compressionRatio(text), noSpeechProbability: noSpeech)
    }

    /// The prompt, and where in it the transcript starts.
    private func prompt(_ previous: [Int32]) -> (tokens: [Int32], start: Int) {
        let start = startSequence + (options.timestamps == .none ? [vocabulary.noTimestamps] : [])
        guard let startOfPrevious = vocabulary.startOfPrevious, !previous.isEmpty else { return (start, 0) }
        let before = [startOfPrevious] + previous.suffix(model.configuration.decoder.contextLength / 2 - 1)
        return (before + start, before.count)
    }

    private var filters: [any LogitFilter] {
        // Who asks for timestamps has them, even from a checkpoint that suppresses them for want of better.
        let allowsTimestamps = options.timestamps != .none
        let suppressed = vocabulary.suppressed(options.suppressedTokens)
            .filter { !allowsTimestamps || !vocabulary.isTimestamp($0) }
        var filters: [any LogitFilter] = [
            SuppressedTokens(vocabulary.suppressedAtFirst, onlyFirst: true), SuppressedTokens(suppressed),
        ]
        guard allowsTimestamps else {
            let size = Int32(model.configuration.decoder.vocabularySize)
            filters.append(SuppressedTokens(Array(min(vocabulary.firstTimestamp, size)..<size)))
            return filters
        }
        filters.append(
            TimestampRules(
                endOfText: Int(vocabulary.endOfText), noTimestamps: Int(vocabulary.noTimestamps),
                firstTimestamp: Int(vocabulary.firstTimestamp),
                maximumInitialTimestamp: vocabulary.maximumInitialTimestamp))
        return filters
    }

    /// The sequence whose tokens are the likeliest on average, or with the length penalty that is asked for; the first of several.
    private func likeliest(_ found: [FoundSequence]) -> FoundSequence {
        func score(_ sequence: FoundSequence) -> Double {
            let length = Double(sequence.tokens.count)
            guard let exponent = options.lengthPenalty else {
                return length == 0 ? -.infinity : sequence.logProbability / length
            }
            return sequence.logProbability / pow((5 + length) / 6, exponent)
        }
        var best = found[0]
        for sequence in found.dropFirst() where score(sequence) > score(best) { best = sequence }
        return best
    }

    /// The language that the window is likeliest in.
    static func language(
        of window: KeyValueCache, _ model: SpeechTransformer, _ vocabulary: WhisperVocabulary
    ) -> (code: String, id: Int32)? {
        var cache = window
        let logits = model.decoder.nextLogits(after: [[vocabulary.startOfTranscript]], cache: &cache)
        return vocabulary.languages.max { logits[0, Int($0.id)] < logits[0, Int($1.id)] }
    }
}
