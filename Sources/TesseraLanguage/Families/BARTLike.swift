internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension EncoderDecoderConfiguration {
    /// Reads what config.json of BART and of Marian have in common: blocks that normalise behind each sublayer, and a table of tokens that
    /// gives the logits too.
    ///
    /// - Parameter activation: of the feed-forward networks, where config.json names none.
    /// - Throws: `FileError` naming the key.
    init(bartLike config: JSONObject, activation: String) throws(FileError) {
        func block(_ side: String) throws(FileError) -> BlockConfiguration {
            var block = try BlockConfiguration(bartLike: config, side: side, activation: activation)
            block.order = .post
            return block
        }
        let vocabulary = try config.integer("vocab_size", in: 1...10_000_000)
        guard try config.integer("decoder_vocab_size", in: 1...10_000_000, default: vocabulary) == vocabulary else {
            throw config.error("decoder_vocab_size", "a vocabulary of the decoder's own is not supported")
        }
        var decoder = TokenDecoderConfiguration(
            block: try block("decoder"), layerCount: try config.integer("decoder_layers", in: 1...1_024),
            vocabularySize: vocabulary,
            contextLength: try config.integer("max_position_embeddings", in: 1...1_000_000))
        decoder.hasFinalNorm = false
        if config.contains("pad_token_id") {
            decoder.paddingToken = Int32(try config.integer("pad_token_id", in: 0...max(0, vocabulary - 1)))
        }
        decoder.hasHeadBias = true
        if try config.boolean("scale_embedding", default: false) {
            decoder.embeddingScale = Float(decoder.block.hiddenSize).squareRoot()
        }
        self.init(
            encoderBlock: try block("encoder"), encoderLayerCount: try config.integer("encoder_layers", in: 1...1_024),
            encoderHasFinalNorm: false, decoder: decoder)
    }
}

/// What checkpoints of BART and of Marian call the parameters.
let bartLikeNames = TensorNames(
    rules: EncoderDecoderNames.blockRules + [
        ("positions", ["model.encoder.embed_positions.weight"]),
        ("decoder.positions", ["model.decoder.embed_positions.weight"]),
        ("embeddingNorm", ["model.encoder.layernorm_embedding"]),
        ("decoder.embeddingNorm", ["model.decoder.layernorm_embedding"]),
        ("decoder.embedding", ["model.shared", "model.encoder.embed_tokens"]),
        ("decoder.headBias", ["final_logits_bias"]),
    ],
    // Copies of the table, and sinusoids.
    ignored: [
        "model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head",
        "model.encoder.embed_positions", "model.decoder.embed_positions", "model.encoder.version",
        "model.decoder.version",
    ])

/// The bias of the logits is a row of its own there.
func bartLikeShape(of name: String, _ shape: [Int]) -> [Int] { name == "decoder.headBias" ? [1] + shape : shape }
