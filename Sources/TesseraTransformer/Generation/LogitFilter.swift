/// Says what may follow: the logits of tokens that may not become -infinity.
public protocol LogitFilter: Sendable {
    /// - Parameters:
    ///   - logits: or log-probabilities, of one sequence, `[vocabulary]`
    ///   - tokens: what was chosen for it so far, without the prompt.
    func apply(to logits: UnsafeMutableBufferPointer<Float>, after tokens: [Int32])

    /// Whether it leaves what may follow as it is, so that it says the same of logits as of log-probabilities; if not said otherwise, it
    /// does.
    var onlyForbids: Bool { get }
}

extension LogitFilter {
    public var onlyForbids: Bool { true }
}

/// Never lets these tokens through.
public struct SuppressedTokens: LogitFilter {
    private let tokens: [Int]
    private let onlyFirst: Bool

    /// - Parameter onlyFirst: whether they are forbidden for the first token alone.
    public init(_ tokens: [Int32], onlyFirst: Bool = false) {
        self.tokens = tokens.map(Int.init)
        self.onlyFirst = onlyFirst
    }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        guard !onlyFirst || chosen.isEmpty else { return }
        for token in tokens where token < logits.count { logits[token] = -.infinity }
    }
}

/// Lets no run of tokens of that length come a second time (Paulus et al., 2018), as transformers' `no_repeat_ngram_size` does.
public struct UnrepeatedNGrams: LogitFilter {
    private let size: Int
    private let prompt: [Int32]

    /// - Parameters:
    ///   - size: how many tokens a run has, 1 or more.
    ///   - prompt: what was read before the first token that is chosen, and counts too.
    public init(size: Int, prompt: [Int32]) {
        precondition(size > 0, "a run of \(size) tokens")
        (self.size, self.prompt) = (size, prompt)
    }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        let tokens = prompt + chosen
        guard tokens.count >= size else { return }
        let last = tokens.suffix(size - 1)
        for start in 0...tokens.count - size where tokens[start..<start + size - 1].elementsEqual(last) {
            logits[Int(tokens[start + size - 1])] = -.infinity
        }
    }
}

/// Never lets these runs of tokens through: their last token is forbidden where the others came before it, as transformers'
/// `bad_words_ids` are.
public struct ForbiddenRuns: LogitFilter {
    private let runs: [[Int32]]
    private let prompt: [Int32]

    /// - Parameters:
    ///   - runs: none of them empty.
    ///   - prompt: what was read before the first token that is chosen, and counts too.
    public init(_ runs: [[Int32]], prompt: [Int32]) { (self.runs, self.prompt) = (runs, prompt) }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        let tokens = prompt + chosen
        for run in runs where tokens.suffix(run.count - 1).elementsEqual(run.dropLast()) {
            guard let token = run.last, Int(token) < logits.count else { continue }
            logits[Int(token)] = -.infinity
        }
    }
}

/// Lets no sequence end before it has so many tokens.
public struct LeastLength: LogitFilter {
    private let count: Int
    private let endTokens: [Int32]

    /// - Parameter count: tokens behind the prompt, the end token not counted.
    public init(_ count: Int, endTokens: [Int32]) { (self.count, self.endTokens) = (count, endTokens) }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        guard chosen.count < count else { return }
        for token in endTokens where Int(token) < logits.count { logits[Int(token)] = -.infinity }
    }
}

/// Lets nothing but these tokens through in a place, and calls each of them certain.
public struct ForcedTokens: LogitFilter {
    private let tokens: [Int32]
    private let place: Int

    /// - Parameters:
    ///   - tokens: one of them comes.
    ///   - place: how many tokens come before it, behind the prompt.
    public init(_ tokens: [Int32], at place: Int) { (self.tokens, self.place) = (tokens, place) }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        guard chosen.count == place else { return }
        logits.update(repeating: -.infinity)
        for token in tokens where Int(token) < logits.count { logits[Int(token)] = 0 }
    }
}
