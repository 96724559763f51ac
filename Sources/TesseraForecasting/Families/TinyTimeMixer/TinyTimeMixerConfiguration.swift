package import TesseraFiles
package import TesseraLayers

/// What config.json says of a TinyTimeMixer.
package struct TinyTimeMixerConfiguration: Sendable {
    /// The mixers of one half of the model.
    package struct Stack: Sendable {
        package let hiddenSize: Int
        /// How many layers each level has.
        package let layerCount: Int
        /// By how much the levels multiply the number of patches and divide their size, in their order.
        package let factors: [Int]
        /// Whether checkpoints number levels, and layers within them; else there is one level, and they number layers alone.
        package let hasLevels: Bool
    }

    /// How the values of a context are scaled.
    package let scaling: ContextScaling
    /// How many of the last values are read.
    package let contextLength: Int
    /// How many steps are forecast at once.
    package let predictionLength: Int
    /// How many steps the head gives: `predictionLength`, or more where only the first are wanted.
    package let headLength: Int
    /// In values.
    package let patchSize: Int
    package let encoder: Stack
    package let decoder: Stack?
    /// Whether the decoder also reads the patches themselves.
    package let decoderReadsPatches: Bool
    /// By how much the hidden layer of a mixer is wider than what it mixes.
    package let expansionFactor: Int
    package let hasGates: Bool
    package let normalization: Normalization.Kind
    package let normalizationEpsilon: Float
    package let hasPositions: Bool
    /// How many frequencies there are tokens for, 0 where none is read.
    package let frequencyCount: Int

    /// Those cut from the context; what does not fill one is left out at its beginning.
    package var patchCount: Int { contextLength / patchSize }
    /// The patches, and before them the token of the frequency.
    package var tokenCount: Int { patchCount + (frequencyCount > 0 ? 1 : 0) }

    /// - Throws: `FileError` naming the key.
    package init(_ config: JSONObject) throws(FileError) {
        try config.refuseUnsupportedMixers()
        patchSize = try config.integer("patch_length", in: 1...65_536, default: 8)
        contextLength = try config.integer("context_length", in: 2...1_048_576, default: 64)
        guard contextLength > patchSize else {
            throw config.error("context_length", "\(contextLength) values are not more than a patch of \(patchSize)")
        }
        guard try config.integer("patch_stride", in: 1...65_536, default: 8) == patchSize else {
            throw config.error("patch_stride", "must equal patch_length: patches that overlap are not supported")
        }
        headLength = try config.integer("prediction_length", in: 1...65_536, default: 16)
        predictionLength = try config.integer("prediction_filter_length", in: 1...headLength, default: headLength)
        expansionFactor = try config.integer("expansion_factor", in: 1...1_024, default: 2)
        hasGates = try config.boolean("gated_attn", default: true)
        // As the reference, which looks for the word alone.
        let norm = try config.string("norm_mlp", default: "LayerNorm")
        normalization = norm.lowercased().contains("batch") ? .batchNorm : .layerNorm
        normalizationEpsilon = Float(try config.number("norm_eps", in: 0...1, default: 1e-5))
        hasPositions = try config.boolean("use_positional_encoding", default: false)
        frequencyCount =
            try config.boolean("resolution_prefix_tuning", default: false)
            ? try config.integer("frequency_token_vocab_size", in: 1...65_536, default: 5) : 0
        scaling = try TinyTimeMixerConfiguration.scaling(config)
        let hasDecoder = try config.boolean("use_decoder", default: true)
        encoder = try Stack(
            config, hiddenSize: ("d_model", 16), layerCount: ("num_layers", 3), levels: "adaptive_patching_levels")
        decoder =
            hasDecoder
            ? try Stack(
                config, hiddenSize: ("decoder_d_model", 8), layerCount: ("decoder_num_layers", 8),
                levels: "decoder_adaptive_patching_levels") : nil
        let addsPatches = try config.boolean("decoder_raw_residual", default: false)
        decoderReadsPatches = hasDecoder && addsPatches
        let counted = try config.integer("num_patches", in: 1...1_048_577, default: tokenCount)
        guard counted == tokenCount else {
            throw config.error("num_patches", "\(counted) are not the \(tokenCount) that the context holds")
        }
        for (key, stack) in [("d_model", encoder), ("decoder_d_model", decoder)] {
            guard let stack, stack.hiddenSize * tokenCount > TinyTimeMixerConfiguration.largestSequence else {
                continue
            }
            throw config.error(key, "\(tokenCount) patches of \(stack.hiddenSize) are too large")
        }
    }

    /// Elements of all tokens of a series beyond which a model is refused.
    private static let largestSequence = 1 << 24
}

extension TinyTimeMixerConfiguration.Stack {
    /// - Parameters:
    ///   - hiddenSize, layerCount: the keys, and what stands for them where they are absent.
    ///   - levels: the key of how many levels of adaptive patching there are (Ekambaram et al., 2024, 3.1.2).
    fileprivate init(
        _ config: JSONObject, hiddenSize: (key: String, default: Int), layerCount: (key: String, default: Int),
        levels: String
    ) throws(FileError) {
        let size = try config.integer(hiddenSize.key, in: 1...65_536, default: hiddenSize.default)
        self.hiddenSize = size
        self.layerCount = try config.integer(layerCount.key, in: 1...1_024, default: layerCount.default)
        let levelCount = try config.integer(levels, in: 0...32, default: 0)
        hasLevels = levelCount > 0
        // From the finest to the coarsest. As in the reference, a level whose patches would have 4 elements or fewer does not
        // divide them.
        factors = hasLevels ? (0..<levelCount).reversed().map { size >> $0 > 4 ? 1 << $0 : 1 } : [1]
        guard factors.allSatisfy({ size % $0 == 0 }) else {
            throw config.error(hiddenSize.key, "\(size) cannot be halved as often as \(levels) asks for")
        }
    }
}

extension TinyTimeMixerConfiguration {
    /// `scaling`, with what keeps values that do not vary from being divided by 0.
    ///
    /// - Throws: `FileError` naming the key.
    private static func scaling(_ config: JSONObject) throws(FileError) -> ContextScaling {
        guard try config.integer("scaling_dim", in: -3...2, default: 1) == 1 else {
            throw config.error("scaling_dim", "only the scaling of each series over time is supported")
        }
        func minimum(_ standard: Double) throws(FileError) -> Double {
            try config.number("minimum_scale", in: 0...1, default: standard)
        }
        switch config.value("scaling") {
        case nil, .string("std")?, .boolean(true)?: return .standard(minimum: try minimum(1e-5))
        case .string("mean")?: return .mean(minimum: try minimum(1e-10))
        case .null?, .boolean(false)?: return .none
        default: throw config.error("scaling", "must be \"std\", \"mean\" or null")
        }
    }
}
