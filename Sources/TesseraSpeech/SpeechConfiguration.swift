internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
public import TesseraTransformer

/// What a speech Transformer is made of; the families differ in nothing else.
public struct SpeechConfiguration: Sendable {
    /// A convolution along the frames, before the encoder.
    public struct Convolution: Sendable {
        /// Features of a frame before it and behind it; a gate that follows leaves half of the latter.
        public var inputChannels, outputChannels: Int
        /// In frames.
        public var size, stride: Int
    }

    /// What follows each convolution.
    public enum ConvolutionActivation: Sendable {
        /// GELU, with the error function.
        case gelu
        /// Half of the channels gate the other half (Dauphin et al., 2017).
        case gatedLinearUnit
    }

    /// Where positions come from.
    public enum Positions: Sendable {
        /// A table each for encoder and decoder.
        case tables
        /// They are computed; the first token has position `first`.
        case sinusoidal(first: Int)
    }

    /// In their order: they bring the mel bins of some frames to one position.
    public var convolutions: [Convolution]
    /// What follows each of them.
    public var convolutionActivation: ConvolutionActivation
    /// Where the positions of encoder and decoder come from.
    public var positions: Positions
    /// What the encoder's input is multiplied with before positions are added.
    public var encoderEmbeddingScale: Float = 1
    /// The encoder's blocks.
    public var encoderBlock: BlockConfiguration
    /// How many blocks the encoder has.
    public var encoderLayerCount: Int
    /// The most positions that the encoder reads.
    public var encoderContextLength: Int
    /// The decoder, which attends to the encoder's output.
    public var decoder: TokenDecoderConfiguration
    /// Features of a frame.
    public var melBinCount: Int
    /// Ids that config.json names; generation_config.json may name others.
    public var decoderStartToken, endToken: Int32
}

extension SpeechConfiguration {
    /// Reads what the families' config.json have in common: BART's encoder-decoder.
    ///
    /// - Throws: `FileError` naming the key.
    init(
        _ config: JSONObject, positions: Positions, melBins: String, convolutionActivation: ConvolutionActivation,
        biases: MultiHeadAttention.Biases, activation: String,
        convolutions: (_ hidden: Int, _ melBins: Int) throws(FileError) -> [Convolution]
    ) throws(FileError) {
        let hidden = try config.integer("d_model", in: 1...65_536)
        func block(_ side: String) throws(FileError) -> BlockConfiguration {
            var block = try BlockConfiguration(bartLike: config, side: side, activation: activation)
            block.attentionBiases = biases
            return block
        }
        melBinCount = try config.integer(melBins, in: 1...1_024, default: 80)
        self.convolutions = try convolutions(hidden, melBinCount)
        self.convolutionActivation = convolutionActivation
        self.positions = positions
        encoderBlock = try block("encoder")
        encoderLayerCount = try config.integer("encoder_layers", in: 1...1_024)
        encoderContextLength = try config.integer("max_source_positions", in: 1...1_048_576)
        let vocabulary = try config.integer("vocab_size", in: 1...10_000_000)
        decoder = TokenDecoderConfiguration(
            block: try block("decoder"), layerCount: try config.integer("decoder_layers", in: 1...1_024),
            vocabularySize: vocabulary, contextLength: try config.integer("max_target_positions", in: 1...1_048_576))
        decoder.isTied = try config.boolean("tie_word_embeddings", default: true)
        if case .sinusoidal(let first) = positions { decoder.positions = .tensor2tensor(first: first) }
        if try config.boolean("scale_embedding", default: false) {
            encoderEmbeddingScale = Float(hidden).squareRoot()
            decoder.embeddingScale = Float(hidden).squareRoot()
        }
        decoderStartToken = Int32(try config.integer("decoder_start_token_id", in: 0...vocabulary - 1))
        endToken = Int32(try config.integer("eos_token_id", in: 0...vocabulary - 1))
    }
}
