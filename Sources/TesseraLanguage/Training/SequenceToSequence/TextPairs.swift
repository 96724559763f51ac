internal import TesseraText
public import TesseraTraining

/// Pairs of texts to train an encoder-decoder on, brought to the tokens that it takes.
public struct TextPairs: TrainingData {
    /// In the order of the pairs that they are made of.
    public let pairs: [EncodedPair]
    /// How many texts lost their ends, since the model has no room for them.
    public let truncatedCount: Int

    public var sampleCount: Int { pairs.count }

    /// - Parameters:
    ///   - pairs: what is read and what is written.
    ///   - folder: of the model; its weights are not looked at.
    public init(_ pairs: [TextPair], folder: SequenceToSequenceFolder) {
        let (tokenizer, limit) = (folder.tokenizer, folder.contextLength)
        let startToken = folder.settings.startToken ?? 0
        var truncatedCount = 0
        self.pairs = pairs.map { pair in
            let mark = pair.language.map { ">>\($0)<< " } ?? ""
            let source = tokenizer.encode(mark + pair.source, limit: limit) ?? EncodedText()
            let target = tokenizer.encodeTarget(pair.target, limit: limit) ?? EncodedText()
            truncatedCount += source.isTruncated || target.isTruncated ? 1 : 0
            return EncodedPair(
                source: source.ids, inputs: [startToken] + target.ids.dropLast(), targets: target.ids)
        }
        self.truncatedCount = truncatedCount
    }

    public func batch(_ samples: [Int], epoch: Int) -> TextPairBatch { TextPairBatch(samples.map { pairs[$0] }) }
}
