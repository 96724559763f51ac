/// How sequences are generated, as a folder's generation_config.json says and callers may change.
public struct GenerationSettings: Sendable {
    /// How many beams are kept; 1 takes the likeliest token each time.
    public var beamCount = 1
    /// Above 0 beams prefer long sequences, below 0 short ones.
    public var lengthPenalty = 1.0
    /// When a search with beams is over before its limit.
    public var earlyStopping = LengthPenalizedBeamSearch.EarlyStopping.whenUnlikely
    /// Whether tokens are drawn by chance, as `sampling` says; else the likeliest is taken each time.
    public var isSampling = false
    /// How they are drawn.
    public var sampling = Sampling.Settings(temperature: 1, topK: 50)
    /// What they are drawn with: the same seed draws the same.
    public var seed: UInt64 = 0
    /// What tokens that a text has already are made less likely by (Keskar et al., 2019); 1 for not at all.
    public var repetitionPenalty: Float = 1
    /// No run of so many tokens comes twice; 0 where any may.
    public var unrepeatedNGramSize = 0
    /// The fewest tokens, the prompt of the decoder counted, and the fewest behind it.
    public var minimumLength = 0, minimumNewTokens = 0
    /// The most tokens, the prompt of the decoder and the end token counted; nil where the model's context is the limit.
    public var maximumLength: Int?
    /// The most tokens behind the decoder's prompt, the end token counted; goes before `maximumLength`.
    public var maximumNewTokens: Int?
    /// What the first and the last token are, whatever the model says.
    public var forcedFirstToken: Int32?, forcedLastTokens: [Int32] = []
    /// Runs of tokens that never come.
    public var badWords: [[Int32]] = []
    /// Tokens that never come, and that do not come first.
    public var suppressed: [Int32] = [], suppressedAtFirst: [Int32] = []
    /// Whether beams' scores are made probabilities again after what may not come was left out.
    public var renormalizes = false
    /// Texts before which a sequence ends.
    public var stopTexts: [String] = []
    /// What a decoder that stands alone reads where a text has no token.
    public var beginToken: Int32?
    /// What a decoder beside an encoder reads first.
    public var startToken: Int32?
    /// Each of them ends a sequence.
    public var endTokens: [Int32] = []

    /// The likeliest token each time, and no end but the context's.
    public init() {}

    /// How many tokens may follow a prompt, the end token counted.
    ///
    /// - Parameters:
    ///   - prompt: how many tokens it has.
    ///   - context: how many the model reads at most.
    public func limit(prompt: Int, context: Int) -> Int {
        let asked = maximumNewTokens ?? maximumLength.map { $0 - prompt } ?? .max
        // The last token that is written need not be read.
        return max(0, min(asked, context == .max ? context : context - prompt + 1))
    }

    /// What may follow, in transformers' order.
    ///
    /// - Parameters:
    ///   - prompt: what is read before the first token that is chosen.
    ///   - limit: how many tokens may follow.
    public func filters(prompt: [Int32], limit: Int) -> [any LogitFilter] {
        var filters: [any LogitFilter] = []
        if repetitionPenalty != 1 { filters.append(RepetitionPenalty(repetitionPenalty, prompt: prompt)) }
        if unrepeatedNGramSize > 0 { filters.append(UnrepeatedNGrams(size: unrepeatedNGramSize, prompt: prompt)) }
        if !badWords.isEmpty { filters.append(ForbiddenRuns(badWords, prompt: prompt)) }
        let least = max(minimumLength - prompt.count, minimumNewTokens)
        if least > 0 { filters.append(LeastLength(least, endTokens: endTokens)) }
        if let forcedFirstToken, prompt.count == 1 { filters.append(ForcedTokens([forcedFirstToken], at: 0)) }
        if !forcedLastTokens.isEmpty { filters.append(ForcedTokens(forcedLastTokens, at: limit - 1)) }
        if !suppressed.isEmpty { filters.append(SuppressedTokens(suppressed)) }
        if !suppressedAtFirst.isEmpty { filters.append(SuppressedTokens(suppressedAtFirst, onlyFirst: true)) }
        return filters
    }

    /// A search with beams for what follows a prompt.
    ///
    /// - Parameters:
    ///   - prompt: what is read before the first token that is chosen.
    ///   - limit: how many tokens may follow.
    public func beamSearch(prompt: [Int32], limit: Int) -> LengthPenalizedBeamSearch {
        var rules = LengthPenalizedBeamSearch.Rules(endTokens: endTokens, limit: limit)
        (rules.lengthPenalty, rules.earlyStopping) = (lengthPenalty, earlyStopping)
        (rules.filters, rules.renormalizes) = (filters(prompt: prompt, limit: limit), renormalizes)
        return LengthPenalizedBeamSearch(count: beamCount, rules)
    }
}
