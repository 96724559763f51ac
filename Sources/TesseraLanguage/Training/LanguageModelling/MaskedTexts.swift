internal import TesseraLayers
public import TesseraTensor
public import TesseraText
public import TesseraTraining

/// A text some of whose tokens are hidden.
public struct MaskedText: Sendable {
    /// The tokens as the model reads them.
    public let text: EncodedText
    /// Which of them are hidden, and what stood there.
    public let places: [Int], words: [Int32]

    package init(text: EncodedText, places: [Int], words: [Int32]) {
        (self.text, self.places, self.words) = (text, places, words)
    }
}

/// Texts to train a model of masked words on (Devlin et al., 2019): in each epoch other tokens are hidden.
///
/// Of the tokens that are asked for eight of ten are masked, one is another token by chance, and one is left as it is.
public struct MaskedTexts: TrainingData {
    /// What share of a text's tokens is asked for.
    public static let share: Float = 0.15

    private let texts: [EncodedText]
    private let maskToken: Int32
    private let vocabularySize: Int
    private let seed: UInt64
    private let isMoved: Bool

    public var sampleCount: Int { texts.count }

    /// - Parameters:
    ///   - texts: with a token at least that is their own.
    ///   - maskToken: what stands for a masked token.
    ///   - vocabularySize: how many tokens there are.
    ///   - isMoved: whether each epoch hides other tokens; validation does not.
    ///   - seed: where the places come from.
    public init(_ texts: [EncodedText], maskToken: Int32, vocabularySize: Int, isMoved: Bool, seed: UInt64) {
        (self.texts, self.maskToken, self.vocabularySize) = (texts, maskToken, vocabularySize)
        (self.isMoved, self.seed) = (isMoved, seed)
    }

    public func batch(_ samples: [Int], epoch: Int) -> MaskedTextBatch {
        MaskedTextBatch(
            samples.map { masked($0, RandomGenerator(seed: seed, isMoved ? UInt64(epoch) : 0, UInt64($0))) })
    }

    private func masked(_ sample: Int, _ random: RandomGenerator) -> MaskedText {
        var (text, random) = (texts[sample], random)
        let own = text.ids.indices.filter { text.sources[$0] != nil }
        var places = own.filter { _ in random.nextUniform() < Self.share }
        // A text of which nothing is asked teaches nothing.
        if places.isEmpty, !own.isEmpty { places = [own[Int(random.nextUniform() * Float(own.count)) % own.count]] }
        let words = places.map { text.ids[$0] }
        for place in places {
            switch random.nextUniform() {
            case ..<0.8: text.ids[place] = maskToken
            case ..<0.9: text.ids[place] = Int32(Double(random.nextUniform()) * Double(vocabularySize))
            default: break
            }
        }
        return MaskedText(text: text, places: places, words: words)
    }
}

/// Masked texts that pass a model together.
public struct MaskedTextBatch: TrainingBatch {
    /// As they are dealt out to workers: each part has texts of all lengths, neighbours about the same.
    public let texts: [MaskedText]
    /// Texts of the whole batch for each of its hidden tokens, also in a part of it, so that each of these counts the same.
    public let weight: Float
    /// Texts of the whole batch for each of its tokens, in a part of it too.
    public let tokenWeight: Float

    /// - Parameter partCount: workers that share the batch, each of which takes the samples of one part.
    public init(_ texts: [MaskedText], partCount: Int = Threads.current.count) {
        self.texts = dealt(texts, into: partCount) { $0.text.count }
        weight = Float(texts.count) / Float(max(1, texts.reduce(0) { $0 + $1.places.count }))
        tokenWeight = Float(texts.count) / Float(max(1, texts.reduce(0) { $0 + $1.text.count }))
    }

    private init(part texts: [MaskedText], of batch: MaskedTextBatch) {
        (self.texts, weight, tokenWeight) = (texts, batch.weight, batch.tokenWeight)
    }

    public var count: Int { texts.count }

    public func samples(_ range: Range<Int>) -> MaskedTextBatch {
        MaskedTextBatch(part: Array(texts[range]), of: self)
    }

    /// The tokens of each text.
    public var encoded: [EncodedText] { texts.map(\.text) }
    /// Which tokens of each are hidden.
    public var places: [[Int]] { texts.map(\.places) }
    /// What stood there, one text after the other.
    public var words: [Int32] { texts.flatMap(\.words) }
}
