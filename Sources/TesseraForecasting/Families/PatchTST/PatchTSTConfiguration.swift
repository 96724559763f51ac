internal import TesseraFiles
internal import TesseraLayers
public import TesseraTransformer

/// What config.json says of a PatchTST.
public struct PatchTSTConfiguration: Sendable {
    /// How the encoder's tokens become what the head reads.
    public enum Pooling: Sendable {
        /// All of them, one behind the other.
        case flattened
        /// Of each column the mean.
        case mean
        /// Of each column the largest.
        case maximum
        /// The first token, which is no patch's.
        case classToken
    }

    /// The encoder's blocks.
    public var block: BlockConfiguration
    /// How many blocks the encoder has.
    public var layerCount: Int
    /// How many of the last values are read.
    public var contextLength: Int
    /// How many steps are forecast at once.
    public var predictionLength: Int
    /// In values.
    public var patchLength, patchStride: Int
    /// Whether positions are learned; fixed sinusoids otherwise.
    public var learnsPositions: Bool
    /// How each window's values are brought to one scale.
    public var scaling: ContextScaling
    /// How tokens become what the head reads.
    public var pooling: Pooling

    /// How many patches lie in a context; values before the first are left out.
    public var patchCount: Int { (contextLength - patchLength) / patchStride + 1 }
    /// Tokens before the patches.
    var leadingTokenCount: Int { pooling == .classToken ? 1 : 0 }
    /// How many numbers the head reads.
    var featureCount: Int { pooling == .flattened ? patchCount * block.hiddenSize : block.hiddenSize }
}

extension PatchTSTConfiguration {
    /// Reads the config.json of `transformers.PatchTSTForPrediction`. Every column is a series for itself, however many there
    /// are.
    ///
    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        try config.refuseUnsupportedModels()
        try PatchTSTConfiguration.refuseWhatMixesColumns(config)
        let hidden = try config.integer("d_model", in: 1...65_536, default: 128)
        let heads = try config.integer("num_attention_heads", in: 1...1_024, default: 4)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide d_model \(hidden)")
        }
        block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("ffn_dim", in: 1...1_048_576, default: 512),
            normalizationEpsilon: Float(try config.number("norm_eps", in: 0...1, default: 1e-5)))
        block.activation = try config.activation("activation_function", default: "gelu")
        block.normalization = try PatchTSTConfiguration.normalization(config)
        block.order = try config.boolean("pre_norm", default: true) ? .pre : .post
        block.feedForwardBias = try config.boolean("bias", default: true)
        layerCount = try config.integer("num_hidden_layers", in: 1...1_024, default: 3)
        patchLength = try config.integer("patch_length", in: 1...65_536, default: 1)
        patchStride = try config.integer("patch_stride", in: 1...65_536, default: 1)
        contextLength = try config.integer("context_length", in: 1...1_048_576, default: 32)
        guard contextLength > patchLength else {
            throw config.error("context_length", "\(contextLength) is not more than patch_length \(patchLength)")
        }
        predictionLength = try config.integer("prediction_length", in: 1...65_536, default: 24)
        learnsPositions = try PatchTSTConfiguration.learnsPositions(config)
        scaling = try PatchTSTConfiguration.scaling(config)
        pooling = try PatchTSTConfiguration.pooling(config)
        guard patchCount * patchLength <= 1 << 24 else {
            throw config.error("patch_stride", "\(patchCount) patches of \(patchLength) values are too many")
        }
        guard featureCount * predictionLength <= 1 << 30 else {
            throw config.error(
                "prediction_length", "the head would be a matrix of \(predictionLength) × \(featureCount)")
        }
    }

    private static func refuseWhatMixesColumns(_ config: JSONObject) throws(FileError) {
        if try config.boolean("channel_attention", default: false) {
            throw config.error("channel_attention", "attention between columns is not supported")
        }
        for key in ["share_embedding", "share_projection"] where !(try config.boolean(key, default: true)) {
            throw config.error(key, "weights of each column's own are not supported")
        }
        if try config.integer("scaling_dim", in: 0...2, default: 1) != 1 {
            throw config.error("scaling_dim", "values are scaled along time, dimension 1")
        }
        let loss = config.value("loss") == nil ? "mse" : config.contains("loss") ? try config.string("loss") : "null"
        guard loss == "mse" else {
            throw config.error(
                "loss", "\"\(loss)\" is not supported: forecasts are one value a step, trained with \"mse\"")
        }
    }

    private static func normalization(_ config: JSONObject) throws(FileError) -> Normalization.Kind {
        let name = try config.string("norm_type", default: "batchnorm")
        switch name {
        case "batchnorm": return .batchNorm
        case "layernorm": return .layerNorm
        default: throw config.error("norm_type", "\"\(name)\" is not supported: it is \"batchnorm\" or \"layernorm\"")
        }
    }

    private static func learnsPositions(_ config: JSONObject) throws(FileError) -> Bool {
        let name = try config.string("positional_encoding_type", default: "sincos")
        switch name {
        case "sincos": return false
        case "random": return true
        default:
            throw config.error(
                "positional_encoding_type", "\"\(name)\" is not supported: it is \"sincos\" or \"random\"")
        }
    }

    /// Null is no scaling, and what is absent the reference's default.
    private static func scaling(_ config: JSONObject) throws(FileError) -> ContextScaling {
        func minimum(_ standard: Double) throws(FileError) -> Double {
            try config.number("minimum_scale", in: 1e-30...1e9, default: standard)
        }
        switch config.value("scaling") {
        case nil, .string("std"): return .standard(minimum: try minimum(1e-5))
        case .null, .boolean(false): return .none
        case .string("mean"), .boolean(true): return .mean(minimum: try minimum(1e-10))
        default: throw config.error("scaling", "it is \"std\", \"mean\", true, false or null")
        }
    }

    /// The class token counts before `pooling_type`, as in the reference.
    private static func pooling(_ config: JSONObject) throws(FileError) -> Pooling {
        if try config.boolean("use_cls_token", default: false) { return .classToken }
        switch config.value("pooling_type") {
        case nil, .string("mean"): return .mean
        case .null: return .flattened
        case .string("max"): return .maximum
        default: throw config.error("pooling_type", "it is \"mean\", \"max\" or null")
        }
    }
}
