internal import TesseraFiles
public import TesseraTransformer

/// What the text tower of a checkpoint of two towers is made of.
public struct TextTowerConfiguration: Sendable {
    /// Which state stands for a text.
    public enum Pooling: Sendable, Equatable {
        /// That of the highest id, the first where there are several.
        case highestToken
        /// That of the first token of this id.
        case first(Int32)
        /// That of the last position, to which all texts are padded.
        case lastPosition
    }

    /// The encoder's blocks.
    public var block: BlockConfiguration
    /// How many blocks the encoder has.
    public var layerCount: Int
    /// How many tokens there are.
    public var vocabularySize: Int
    /// The most tokens of a text.
    public var positionCount: Int
    /// Whether no token sees a later one.
    public var isCausal = false
    /// Which state stands for a text.
    public var pooling = Pooling.lastPosition
    /// How many numbers a text has in the space that it shares with pictures.
    public var projectionSize: Int
    /// Whether the map to that space has a bias.
    public var hasProjectionBias = false
    /// Whether something is added to the scaled product of a text and a picture.
    public var hasScoreBias = false

    /// Reads what the families have in common.
    ///
    /// - Throws: `FileError` naming the key.
    init(_ tower: JSONObject, epsilon: Double) throws(FileError) {
        let hidden = try tower.integer("hidden_size", in: 1...65_536)
        let heads = try tower.integer("num_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 else {
            throw tower.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try tower.integer("intermediate_size", in: 1...1_048_576),
            normalizationEpsilon: Float(try tower.number("layer_norm_eps", in: 0...1, default: epsilon)))
        block.activation = try tower.activation("hidden_act", default: "gelu")
        layerCount = try tower.integer("num_hidden_layers", in: 1...1_024)
        vocabularySize = try tower.integer("vocab_size", in: 1...10_000_000)
        positionCount = try tower.integer("max_position_embeddings", in: 1...65_536)
        projectionSize = hidden
    }
}
