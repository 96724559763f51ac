public import TesseraTensor
public import TesseraTraining
package import TesseraTransformer

/// The tokens of a text, and of what a model is to make of it.
public struct EncodedPair: Sendable, Equatable {
    /// What the encoder reads.
    public let source: [Int32]
    /// What the decoder reads, and what is to follow each of these tokens.
    public let inputs, targets: [Int32]

    /// - Parameters:
    ///   - source: what the encoder reads.
    ///   - inputs: what the decoder reads.
    ///   - targets: what is to follow each of these tokens.
    public init(source: [Int32], inputs: [Int32], targets: [Int32]) {
        precondition(inputs.count == targets.count, "one target a token that is read")
        (self.source, self.inputs, self.targets) = (source, inputs, targets)
    }
}

/// Pairs that pass a model together, brought to one length.
public struct TextPairBatch: TrainingBatch {
    /// As they are dealt out to workers: each part has pairs of all lengths, neighbours about the same.
    public let pairs: [EncodedPair]
    /// Pairs of the whole batch for each of its targets, also in a part of it: a pair's sum of losses times this, averaged over pairs, is
    /// the mean over targets, so that each token counts the same.
    public let weight: Float

    /// - Parameter partCount: workers that share the batch, each of which takes the samples of one part.
    public init(_ pairs: [EncodedPair], partCount: Int = Threads.current.count) {
        self.pairs = dealt(pairs, into: partCount) { $0.targets.count }
        weight = Float(pairs.count) / Float(max(1, pairs.reduce(0) { $0 + $1.targets.count }))
    }

    private init(part pairs: [EncodedPair], of batch: TextPairBatch) {
        (self.pairs, weight) = (pairs, batch.weight)
    }

    public var count: Int { pairs.count }

    public func samples(_ range: Range<Int>) -> TextPairBatch { TextPairBatch(part: Array(pairs[range]), of: self) }

    /// What the encoder reads.
    package var sources: PaddedTokens { PaddedTokens(pairs.map(\.source)) }

    /// What the decoder reads, as many tokens of each pair.
    package var inputs: [[Int32]] { PaddedTokens(pairs.map(\.inputs)).ids }

    /// What is to follow each token, `[batch, tokens]`; -1 where nothing is to be learned.
    public var targets: [Int32] {
        let length = pairs.reduce(0) { max($0, $1.targets.count) }
        return pairs.flatMap { $0.targets + repeatElement(-1, count: length - $0.targets.count) }
    }
}
