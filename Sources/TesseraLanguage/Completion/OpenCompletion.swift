internal import TesseraLayers
internal import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

/// A completion that is being written.
struct OpenCompletion: Sendable {
    /// What the model reads first.
    let prompt: [Int32]
    private let settings: GenerationSettings
    private let filters: [any LogitFilter]
    private let limit: Int
    private var random: RandomGenerator
    private(set) var text: GrowingText
    private(set) var tokens: [Int32] = []
    private(set) var logProbabilities: [Float] = []
    /// nil while it is open.
    private(set) var finish: TextCompletion.Finish?

    /// - Parameters:
    ///   - context: how many tokens the model reads at most.
    ///   - text: of no token yet.
    ///   - random: what its tokens are drawn with.
    init(_ prompt: [Int32], _ settings: GenerationSettings, context: Int, text: GrowingText, random: RandomGenerator) {
        (self.prompt, self.settings, self.text, self.random) = (prompt, settings, text, random)
        limit = settings.limit(prompt: prompt.count, context: context)
        filters = settings.filters(prompt: prompt, limit: limit)
        if limit == 0 { finish = .length }
    }

    /// Takes one more token.
    ///
    /// - Parameter logits: what follows, `[1, vocabulary]`
    mutating func advance(_ logits: Tensor) {
        guard let token = token(logits) else {
            // Nothing may follow.
            finish = .stop
            return
        }
        tokens.append(Int32(token))
        logProbabilities.append(logits.logSoftmax()[0, token])
        if settings.endTokens.contains(Int32(token)) || text.append(Int32(token)) {
            finish = .stop
        } else if tokens.count == limit {
            finish = .length
        }
    }

    private mutating func token(_ logits: Tensor) -> Int? {
        var allowed = logits
        if !filters.isEmpty {
            allowed.withMutableValues { logits in for filter in filters { filter.apply(to: logits, after: tokens) } }
        }
        guard settings.isSampling else {
            let token = allowed.largestOfRows()[0]
            return allowed[0, token] > -.infinity ? token : nil
        }
        return settings.sampling.probabilities(allowed).withValues { settings.sampling.pick($0, &random) }
    }

    /// What is certain of the text and was not given out before; all of it once the completion is finished.
    mutating func nextText() -> String { finish == nil ? text.next() : text.rest() }

    /// What was written, where the model had its time.
    var completion: TextCompletion {
        TextCompletion(
            output: text.text, tokens: tokens, logProbabilities: logProbabilities, finish: finish ?? .length, score: nil
        )
    }
}
