package import TesseraFiles
internal import TesseraTransformer

extension WaveformConfiguration {
    /// Reads what the families' config.json have in common.
    ///
    /// - Parameter headSize: where it says how many numbers a frame has behind the head.
    /// - Throws: `FileError` naming the key.
    package init(
        _ config: JSONObject, headSize: (key: String, default: Int) = ("vocab_size", 32)
    ) throws(FileError) {
        for key in ["add_adapter", "conv_pos_batch_norm"] where try config.boolean(key, default: false) {
            throw config.error(key, "is not supported")
        }
        if config.contains("adapter_attn_dim") {
            throw config.error("adapter_attn_dim", "adapters of languages are not supported")
        }
        convolutions = try Self.convolutions(config)
        convolutionBias = try config.boolean("conv_bias", default: false)
        featureNormalization = try Self.featureNormalization(config)
        convolutionActivation = try config.activation("feat_extract_activation", default: "gelu")
        normalizesProjected = try config.boolean("feat_proj_layer_norm", default: true)
        block = try Self.block(config)
        layerCount = try config.integer("num_hidden_layers", in: 1...1_024, default: 12)
        self.headSize = try config.integer(headSize.key, in: 1...10_000_000, default: headSize.default)
        positionSize = try config.integer("num_conv_pos_embeddings", in: 1...4_096, default: 128)
        positionGroupCount = try config.integer("num_conv_pos_embedding_groups", in: 1...65_536, default: 16)
        guard block.hiddenSize % positionGroupCount == 0 else {
            throw config.error(
                "num_conv_pos_embedding_groups",
                "\(positionGroupCount) groups do not divide hidden_size \(block.hiddenSize)")
        }
    }

    /// Refuses frames that are longer than a second: then their number no longer bounds the memory that a sound takes.
    ///
    /// - Throws: `FileError` naming the key.
    func check(_ config: JSONObject, sampleRate: Int) throws(FileError) {
        guard stride <= sampleRate, receptiveField <= sampleRate else {
            throw config.error("conv_stride", "a frame is longer than a second at \(sampleRate) Hz")
        }
    }

    private static func block(_ config: JSONObject) throws(FileError) -> BlockConfiguration {
        let hidden = try config.integer("hidden_size", in: 1...65_536, default: 768)
        let heads = try config.integer("num_attention_heads", in: 1...1_024, default: 12)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576, default: 3_072),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 0...1, default: 1e-5)))
        block.activation = try config.activation("hidden_act", default: "gelu")
        block.order = try config.boolean("do_stable_layer_norm", default: false) ? .pre : .post
        return block
    }

    private static func featureNormalization(_ config: JSONObject) throws(FileError) -> FeatureNormalization {
        switch try config.string("feat_extract_norm", default: "group") {
        case "group": return .firstByChannel
        case "layer": return .everyFrame
        case let name: throw config.error("feat_extract_norm", "\(name.quoted) is neither 'group' nor 'layer'")
        }
    }

    private static func convolutions(_ config: JSONObject) throws(FileError) -> [Convolution] {
        let channels = try config.wholeNumbers(
            "conv_dim", in: 1...65_536, default: Array(repeating: 512, count: 7), atMost: 16)
        let sizes = try config.wholeNumbers(
            "conv_kernel", in: 1...1_024, default: [10, 3, 3, 3, 3, 2, 2], atMost: 16)
        let strides = try config.wholeNumbers(
            "conv_stride", in: 1...1_024, default: [5, 2, 2, 2, 2, 2, 2], atMost: 16)
        for (key, count) in [("conv_kernel", sizes.count), ("conv_stride", strides.count)]
        where count != channels.count {
            throw config.error(key, "there are \(count), but conv_dim has \(channels.count)")
        }
        // A frame a second is far from speech; the bound keeps products of strides and sizes small as well.
        var stride = 1
        for next in strides {
            stride *= next
            guard stride <= 16_384 else { throw config.error("conv_stride", "frames are too far from each other") }
        }
        return zip(channels, zip(sizes, strides)).map { Convolution(channels: $0, size: $1.0, stride: $1.1) }
    }
}
