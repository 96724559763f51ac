/// Makes tokens that a text has less likely (Keskar et al., 2019, CTRL): logits above 0 are divided by the factor, those below are
/// multiplied with it.
public struct RepetitionPenalty: LogitFilter {
    private let factor: Float
    private let prompt: Set<Int32>

    /// - Parameters:
    ///   - factor: above 1 repetition is less likely, below 1 it is likelier.
    ///   - prompt: what was read before the first token that is chosen, and counts too.
    public init(_ factor: Float, prompt: [Int32]) { (self.factor, self.prompt) = (factor, Set(prompt)) }

    public var onlyForbids: Bool { false }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        for token in prompt.union(chosen) where logits.indices.contains(Int(token)) {
            let logit = logits[Int(token)]
            logits[Int(token)] = logit < 0 ? logit * factor : logit / factor
        }
    }
}
