package import TesseraLayers
package import TesseraTensor

/// The encoder-decoder with a learned bias for the distance of two tokens in place of positions: T5 (Raffel et al., 2020),
/// `transformers.T5ForConditionalGeneration`. Chronos reads and writes numbers with it.
package struct T5: Layer {
    package let configuration: T5Configuration
    package var encoderPositions: RelativePositionBuckets
    package var encoder: Encoder
    /// Its embedding is the encoder's too.
    package var decoder: TokenDecoder

    /// A model whose parameters a checkpoint will fill.
    ///
    /// - Parameter isTied: whether logits come from the embedding's matrix. T5 v1.1 has a head of its own, whatever its config.json
    ///   says.
    package init(_ configuration: T5Configuration, isTied: Bool = true) {
        self.configuration = configuration
        let block = configuration.block
        encoderPositions = RelativePositionBuckets(
            configuration.positions, headCount: block.headCount, isBidirectional: true)
        encoder = Encoder(layerCount: configuration.encoderLayerCount, block, finalNorm: true)
        var decoding = TokenDecoderConfiguration(
            block: block, layerCount: configuration.decoderLayerCount, vocabularySize: configuration.vocabularySize,
            contextLength: .max)
        decoding.positions = .none
        decoding.relativePositions = configuration.positions
        decoding.isTied = isTied
        decoding.headScale = configuration.headScale
        decoder = TokenDecoder(decoding)
    }

    /// The encoder's output, `[batch, tokens, hidden]`.
    ///
    /// - Parameters:
    ///   - x: embedded tokens, `[batch, tokens, hidden]`
    ///   - valid: which of them are valid, `[batch, tokens]`; nil where all are.
    package func encoded(_ x: Tensor, valid: [[Bool]]?) -> Tensor {
        let bias = encoderPositions(queries: 0..<x.shape[1], keyCount: x.shape[1])
        return encoder(x, positionBias: { _ in bias }, mask: AttentionMask(validKeys: valid))
    }

    /// The encoder's output for tokens, `[batch, tokens, hidden]`.
    ///
    /// - Parameter ids: as many of each sequence.
    package func encoded(_ ids: [[Int32]], valid: [[Bool]]?) -> Tensor {
        let x = decoder.embedding(ids.flatMap(\.self))
        return encoded(x.reshaped([ids.count, ids.first?.count ?? 0, x.shape[1]]), valid: valid)
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("encoderPositions", &encoderPositions)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }
}

extension T5 {
    /// What checkpoints call the parameters.
    ///
    /// - Parameter place: what our names begin with where the T5 is a part of another model: `transformer.`
    package static func rules(at place: String = "") -> [(ours: String, sources: [TensorNames.Source])] {
        let rules: [(ours: String, sources: [TensorNames.Source])] =
            blockRules("encoder", feedForward: 1) + blockRules("decoder", feedForward: 2) + [
                ("encoderPositions.table", [.init("encoder." + positions)]),
                ("decoder.relativePositions.table", [.init("decoder." + positions)]),
                ("encoder.finalNorm", ["encoder.final_layer_norm"]),
                ("decoder.finalNorm", ["decoder.final_layer_norm"]),
                ("decoder.embedding", ["shared"]), ("decoder.head", ["lm_head"]),
            ]
        return rules.map { (place + $0.ours, $0.sources) }
    }

    /// What checkpoints carry and no result depends on: copies of the embedding.
    package static let ignoredNames = ["encoder.embed_tokens", "decoder.embed_tokens"]

    /// All blocks of a stack share what lies in the first.
    private static let positions = "block.0.layer.0.SelfAttention.relative_attention_bias.weight"

    /// - Parameter feedForward: the number of the feed-forward sublayer.
    private static func blockRules(
        _ side: String, feedForward: Int
    ) -> [(ours: String, sources: [TensorNames.Source])] {
        let sublayers = [
            ("attention.query", ["0.SelfAttention.q"]), ("attention.key", ["0.SelfAttention.k"]),
            ("attention.value", ["0.SelfAttention.v"]), ("attention.output", ["0.SelfAttention.o"]),
            ("attentionNorm", ["0.layer_norm"]),
            ("crossAttention.query", ["1.EncDecAttention.q"]), ("crossAttention.key", ["1.EncDecAttention.k"]),
            ("crossAttention.value", ["1.EncDecAttention.v"]), ("crossAttention.output", ["1.EncDecAttention.o"]),
            ("crossAttentionNorm", ["1.layer_norm"]),
            ("feedForward.gate", ["\(feedForward).DenseReluDense.wi_0"]),
            // The plain network's and the gated one's.
            ("feedForward.input", ["\(feedForward).DenseReluDense.wi", "\(feedForward).DenseReluDense.wi_1"]),
            ("feedForward.output", ["\(feedForward).DenseReluDense.wo"]),
            ("feedForwardNorm", ["\(feedForward).layer_norm"]),
        ]
        return sublayers.map { ours, hub in
            ("\(side).blocks.#.\(ours)", hub.map { .init("\(side).block.#.layer.\($0)") })
        }
    }
}
