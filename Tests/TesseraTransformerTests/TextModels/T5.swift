import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer

/// An encoder-decoder that reads and writes tokens: T5 (Raffel et al., 2020), `transformers.T5ForConditionalGeneration`.
struct T5: Layer {
    let startToken, endToken: Int32
    var encoderPositions: RelativePositionBuckets
    var encoder: Encoder
    /// Its embedding is the encoder's too.
    var decoder: TokenDecoder

    init(folder: String) throws(FileError) {
        let checkpoint = try Checkpoint(folder: folder)
        // T5 v1.1 has a head of its own, whatever its config.json says.
        try self.init(
            try JSONObject.read(folder + "/config.json"), isTied: !checkpoint.contains("lm_head.weight"))
        try load(from: checkpoint, names: T5.names) { _ in .float32 }
        decoder.prepareForInference(.float32)
    }

    private init(_ config: JSONObject, isTied: Bool) throws(FileError) {
        let block = try T5.block(config)
        let bucketCount = try config.integer("relative_attention_num_buckets", in: 4...4_096, default: 32)
        let positions = RelativePositionBuckets.Configuration(
            bucketCount: bucketCount,
            maximumDistance: try config.integer(
                "relative_attention_max_distance", in: bucketCount / 2 + 1...1_048_576, default: 128))
        encoderPositions = RelativePositionBuckets(positions, headCount: block.headCount, isBidirectional: true)
        let layers = try config.integer("num_layers", in: 1...1_024)
        encoder = Encoder(layerCount: layers, block, finalNorm: true)
        let vocabulary = try config.integer("vocab_size", in: 1...10_000_000)
        var decoding = TokenDecoderConfiguration(
            block: block, layerCount: try config.integer("num_decoder_layers", in: 1...1_024, default: layers),
            vocabularySize: vocabulary, contextLength: .max)
        decoding.positions = .none
        decoding.relativePositions = positions
        decoding.isTied = isTied
        let wasTied = try config.boolean("tie_word_embeddings", default: true)
        if try config.boolean("scale_decoder_outputs", default: wasTied) {
            decoding.headScale = 1 / Float(block.hiddenSize).squareRoot()
        }
        decoder = TokenDecoder(decoding)
        startToken = Int32(try config.integer("decoder_start_token_id", in: 0...vocabulary - 1, default: 0))
        endToken = Int32(try config.integer("eos_token_id", in: 0...vocabulary - 1, default: 1))
    }

    private static func block(_ config: JSONObject) throws(FileError) -> BlockConfiguration {
        let heads = try config.integer("num_heads", in: 1...1_024)
        var block = BlockConfiguration(
            hiddenSize: try config.integer("d_model", in: 1...65_536), headCount: heads,
            intermediateSize: try config.integer("d_ff", in: 1...1_048_576),
            normalizationEpsilon: Float(try config.number("layer_norm_epsilon", in: 0...1, default: 1e-6)))
        block.normalization = .rootMeanSquare
        block.attentionInnerSize = heads * (try config.integer("d_kv", in: 1...65_536))
        block.attentionScale = 1
        block.attentionBiases = .init(query: false, key: false, value: false, output: false)
        block.feedForwardBias = false
        let key = "feed_forward_proj"
        let projection = try config.string(key, default: "relu")
        block.gated = projection.hasPrefix("gated-")
        block.activation =
            projection == "gated-gelu"
            ? .geluTanh : try config.activation(named: String(projection.dropFirst(block.gated ? 6 : 0)), in: key)
        return block
    }

    /// The encoder's output, `[batch, tokens, hidden]`.
    ///
    /// - Parameter ids: `[batch][tokens]`, as many in each row.
    func encoded(_ ids: [[Int32]], mask: [[Bool]]) -> Tensor {
        let count = ids[0].count
        let x = decoder.embedding(ids.flatMap(\.self))
        let bias = encoderPositions(queries: 0..<count, keyCount: count)
        return encoder(
            x.reshaped([ids.count, count, x.shape[1]]), positionBias: { _ in bias },
            mask: AttentionMask(validKeys: mask))
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("encoderPositions", &encoderPositions)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }

    private static let names = TensorNames(
        rules: blockRules("encoder", feedForward: 1) + blockRules("decoder", feedForward: 2) + [
            ("encoderPositions.table", [.init("encoder." + positions)]),
            ("decoder.relativePositions.table", [.init("decoder." + positions)]),
            ("encoder.finalNorm", ["encoder.final_layer_norm"]), ("decoder.finalNorm", ["decoder.final_layer_norm"]),
            ("decoder.embedding", ["shared"]), ("decoder.head", ["lm_head"]),
        ], ignored: ["encoder.embed_tokens", "decoder.embed_tokens"])

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
