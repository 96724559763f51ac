internal import TesseraFiles
public import TesseraTensor
public import TesseraTransformer

/// What a vision Transformer is made of; the families differ in nothing else.
public struct VisionConfiguration: Sendable {
    /// How the encoder's tokens become one vector a picture.
    public enum Pooling: Sendable, Equatable {
        /// The class token.
        case classToken
        /// The class token beside the mean of the patches (DINOv2): twice the hidden size.
        case classTokenAndMean
        /// The mean of the patches (Swin).
        case mean
        /// The mean of the patches, normalised (BEiT).
        case normalizedMean
        /// The class token through a dense layer of `size` outputs and its activation, mostly tanh (ViT and DeiT without a head).
        case projectedClassToken(size: Int, activation: Activation)
        /// What a learned query finds in the tokens, through a block of its own (SigLIP).
        case attention
        /// The class token for one head and the distillation token for another; their logits' mean counts (DeiT).
        case distilledPair
    }

    /// Sizes of an encoder of stages, whose maps halve their sides and double their features from one to the next (Swin).
    public struct Hierarchy: Sendable {
        /// Blocks on one map.
        public struct Stage: Sendable {
            /// How many there are, and how many heads each has.
            public let blockCount, headCount: Int
        }

        /// Features of a token of the first stage.
        public let embeddingSize: Int
        /// From the first to the last.
        public let stages: [Stage]
        /// Tokens in a row and in a column of a window.
        public let windowSide: Int
        /// Features inside a feed-forward network, as a multiple of a token's.
        public let expansion: Double

        /// Features of a token of the last stage.
        var hiddenSize: Int { embeddingSize << (stages.count - 1) }
        /// Of all stages.
        var blockCount: Int { stages.reduce(0) { $0 + $1.blockCount } }
    }

    /// What is normalised before the encoder.
    public enum EmbeddingNorm: Sendable {
        /// Nothing.
        case none
        /// Patches, before they have positions (Swin).
        case patches
        /// All that enters the encoder (CLIP).
        case tokens
    }

    /// Where BEiT's learned relative positions are added.
    public enum RelativePositions: Sendable {
        /// Nowhere: positions come from a table, or not at all.
        case none
        /// One bias, in the attention of every layer.
        case shared
        /// A bias of its own in the attention of each layer.
        case perLayer
    }

    /// The encoder's blocks.
    public var block: BlockConfiguration
    /// How many blocks the encoder has.
    public var layerCount: Int
    /// Stages in place of these blocks, where there are such.
    public var hierarchy: Hierarchy?
    /// Height and width of the pictures the model was trained on, in pixels.
    public var imageHeight, imageWidth: Int
    /// Height and width of a patch, in pixels.
    public var patchHeight, patchWidth: Int
    /// Of the pictures: 3 for red, green and blue.
    public var channelCount: Int
    /// Whether a patch's embedding has a bias (CLIP's has none).
    public var hasPatchBias = true
    /// Whether a class token stands before the patches.
    public var hasClassToken = true
    /// Whether a second leading token stands behind the class token (DeiT).
    public var hasDistillationToken = false
    /// Tokens without a position that stand behind the class token, for what the encoder has to note down (Darcet et al., 2024).
    public var registerCount = 0
    /// Tokens that stand behind them, each of which comes to say where one object is (YOLOS).
    public var detectionTokenCount = 0
    /// Whether positions are learned as a table that is added to the tokens.
    public var hasPositionTable = true
    /// Whether positions are added again behind each block but the last (YOLOS).
    public var hasBlockPositions = false
    /// How the table is brought to pictures of another size.
    public var positionInterpolation = PositionInterpolation.bicubic
    /// Where learned relative positions are added to attention.
    public var relativePositions = RelativePositions.none
    /// What turns queries and keys by where their patches are (DINOv3).
    public var rotaryPositions: GridRotaryPositions?
    /// What is normalised before the encoder.
    public var embeddingNorm = EmbeddingNorm.none
    /// Whether the encoder ends with a normalisation.
    public var hasFinalNorm = true
    /// How tokens become one vector a picture.
    public var pooling = Pooling.classToken
    /// How many numbers a picture has in the space that it shares with texts, to which its features are mapped (CLIP).
    public var projectionSize: Int?
    /// Whether features are brought to a length of 1 (CLIP, SigLIP).
    public var hasUnitFeatures = false
    /// How logits become scores.
    public var scores = LabelScores.softmax
    /// The labels' names, by index; none where there is no classification head.
    public var labels: [String] = []

    /// Whether there is a classification head.
    public var hasHead: Bool { !labels.isEmpty }
    /// How many numbers describe a picture: what a head reads, or, where there is none, would read.
    public var featureCount: Int { projectionSize ?? pooledSize }
    /// Features of a token on its way in.
    var embeddingSize: Int { hierarchy?.embeddingSize ?? block.hiddenSize }
    /// How many numbers the tokens come to.
    var pooledSize: Int {
        switch pooling {
        case .classToken, .mean, .normalizedMean, .attention: block.hiddenSize
        case .projectedClassToken(let size, _): size
        case .classTokenAndMean, .distilledPair: 2 * block.hiddenSize
        }
    }
    /// Patches in a column and in a row of a training picture.
    public var gridRows: Int { imageHeight / patchHeight }
    /// Patches in a row of a training picture.
    public var gridColumns: Int { imageWidth / patchWidth }
    /// How many of the first tokens the pooling reads, where it does not read all.
    var pooledTokenCount: Int? {
        switch pooling {
        case .classToken, .projectedClassToken: 1
        case .distilledPair: 2
        case .classTokenAndMean, .mean, .normalizedMean, .attention: nil
        }
    }
    /// Tokens before the patches.
    public var leadingTokenCount: Int { classTokenCount + registerCount + detectionTokenCount }
    /// Tokens whose positions stand before those of the patches.
    var classTokenCount: Int { (hasClassToken ? 1 : 0) + (hasDistillationToken ? 1 : 0) }
    /// How many positions there are.
    var positionCount: Int { classTokenCount + gridRows * gridColumns + detectionTokenCount }
}

extension VisionConfiguration {
    /// Reads what the families' config.json have in common, save for the labels.
    ///
    /// - Parameter intermediateSize: how the family gives the size of its feed-forward networks.
    /// - Throws: `FileError` naming the key.
    init(
        _ config: JSONObject, epsilon: Double, intermediateSize: (Int) throws(FileError) -> Int
    ) throws(FileError) {
        let hidden = try config.integer("hidden_size", in: 1...65_536)
        let heads = try config.integer("num_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        if config.contains("head_dim"), try config.integer("head_dim", in: 1...65_536) != hidden / heads {
            throw config.error("head_dim", "a head size other than hidden_size / num_attention_heads is not supported")
        }
        block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads, intermediateSize: try intermediateSize(hidden),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 0...1, default: epsilon)))
        block.activation = try config.activation("hidden_act", default: "gelu")
        layerCount = try config.integer("num_hidden_layers", in: 1...1_024)
        (imageHeight, imageWidth) = try VisionConfiguration.size(config, "image_size", in: 1...16_384)
        (patchHeight, patchWidth) = try VisionConfiguration.size(config, "patch_size", in: 1...1_024)
        guard patchHeight <= imageHeight, patchWidth <= imageWidth else {
            throw config.error("patch_size", "a patch is larger than image_size")
        }
        channelCount = try config.pictureChannels()
    }

    /// Reads the labels of a classification head, and how its logits become scores.
    ///
    /// - Throws: `FileError` naming the key.
    mutating func readLabels(_ config: JSONObject) throws(FileError) {
        labels = try config.labels()
        scores = try LabelScores(config, labelCount: labels.count)
    }

    /// A height and a width, given as one number or as a pair.
    private static func size(
        _ config: JSONObject, _ key: String, in range: ClosedRange<Int>
    ) throws(FileError) -> (Int, Int) {
        guard case .array? = config.value(key) else {
            let side = try config.integer(key, in: range)
            return (side, side)
        }
        let sides = try config.numbers(key) ?? []
        guard sides.count == 2, sides.allSatisfy({ $0 == $0.rounded() && range.contains(Int(clamping: $0)) }) else {
            throw config.error(
                key, "a size is one whole number or two, each between \(range.lowerBound) and \(range.upperBound)")
        }
        return (Int(sides[0]), Int(sides[1]))
    }
}

extension JSONObject {
    /// How many channels pictures have: red, green and blue.
    ///
    /// - Throws: `FileError` naming the key.
    func pictureChannels() throws(FileError) -> Int {
        let count = try integer("num_channels", in: 1...4, default: 3)
        guard count == 3 else {
            throw error("num_channels", "\(count) channels are not supported: pictures are read as RGB")
        }
        return count
    }
}

extension Int {
    /// The nearest whole number that an Int can hold; NaN becomes 0.
    fileprivate init(clamping value: Double) {
        self = value.isNaN ? 0 : value >= 9e18 ? .max : value <= -9e18 ? .min : Int(value)
    }
}
