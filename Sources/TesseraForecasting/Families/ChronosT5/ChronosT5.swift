package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// Chronos (Ansari et al., 2024, `chronos.ChronosPipeline`): a T5 whose words are the bins that values fall into.
/// Series are continued a value at a time, each drawn from what the decoder says of it.
///
/// window → scaled values → tokens → encoder → decoder, a token at a time → values.
package struct ChronosT5: Layer {
    package let configuration: ChronosT5Configuration
    package private(set) var transformer: EncoderDecoder

    /// A model whose parameters a checkpoint will fill.
    ///
    /// - Parameter isTied: whether the embeddings are the head.
    init(_ configuration: ChronosT5Configuration, isTied: Bool) {
        self.configuration = configuration
        transformer = EncoderDecoder(configuration.transformer, isTied: isTied)
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(
        _ visitor: inout Visitor
    ) throws(Visitor.Failure) {
        try transformer.visitParameters(&visitor)
    }

    /// Draws what follows each context; the paths of one share its encoding.
    ///
    /// - Parameters:
    ///   - contexts: those of fewer tokens are filled up on the left.
    ///   - settings: a temperature of 0 takes the likeliest token each time.
    ///   - random: what each path is drawn with, as many for each context. `[series * paths]`
    /// - Returns: tokens, `[series * paths][steps]`
    package func continuations(
        of contexts: [MeanScaleUniformBins.Context], steps: Int, _ settings: Sampling.Settings,
        random: [RandomGenerator]
    ) -> [[Int32]] {
        let length = contexts.map(\.ids.count).max() ?? 0
        let padded = contexts.map { $0.padded(to: length, with: configuration.bins.paddingToken) }
        let valid = padded.map(\.valid)
        let memory = transformer.encoded(padded.map(\.ids), valid: valid)
        let decoder = transformer.decoder
        var cache = decoder.makeCache(
            memory: memory, valid: valid, sequences: random.count / max(1, contexts.count))
        let start = [[Int32]](repeating: [configuration.transformer.startToken], count: random.count)
        let logits = decoder.nextLogits(after: start, cache: &cache)
        let endToken = configuration.bins.endToken
        return decoder.generate(
            from: logits, cache: &cache, search: Sampling(endTokens: [endToken], settings, random: random),
            // A path ends with the horizon alone.
            filters: [SuppressedTokens([endToken])], limit: steps, isCancelled: { Cancellation.isDue }
        ).map { found in
            // Logits that are no numbers end a path, too, and so does cancellation; it keeps its length.
            found.tokens + Array(repeating: configuration.bins.paddingToken, count: steps - found.tokens.count)
        }
    }
}

extension ChronosT5: PublishedFamily {
    package static let modelType = "t5"
    package static let architectures = ["T5ForConditionalGeneration"]

    package static func network(_ config: JSONObject) throws(FileError) -> ChronosT5 {
        ChronosT5(try ChronosT5Configuration(config), isTied: true)
    }

    package static func names(of network: ChronosT5) -> TensorNames {
        TensorNames(
            rules: T5Names.rules(isGated: network.configuration.transformer.block.gated), ignored: T5Names.ignoredNames)
    }

    package static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> ChronosT5 {
        let hasHead = checkpoint.contains("lm_head.weight")
        var model = ChronosT5(try ChronosT5Configuration(config), isTied: !hasHead)
        try fill(&model, from: checkpoint, precision)
        model.transformer.decoder.storage = KeyValueStorage(besideWeights: precision)
        return model
    }
}
