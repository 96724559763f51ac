public import TesseraFiles
public import TesseraLayers
public import TesseraTransformer

extension TinyTimeMixer: PublishedFamily {
    public static let modelType = "tinytimemixer"
    public static let architectures = ["TinyTimeMixerForPrediction"]

    public static func network(_ config: JSONObject) throws(FileError) -> TinyTimeMixer {
        TinyTimeMixer(try TinyTimeMixerConfiguration(config))
    }

    public static func names(of network: TinyTimeMixer) -> TensorNames { network.configuration.names }
}

extension TinyTimeMixerConfiguration {
    /// What checkpoints call the parameters.
    var names: TensorNames {
        let isBatchNorm = normalization == .batchNorm
        let encoderNames = MixerNames(
            "encoder", "backbone.encoder.mlp_mixer_encoder", encoder, isBatchNorm: isBatchNorm)
        let decoderNames = decoder.map { MixerNames("decoder", "decoder.decoder_block", $0, isBatchNorm: isBatchNorm) }
        return TensorNames(
            rules: encoderNames.rules + (decoderNames?.rules ?? []) + [
                ("patchEmbedding", ["backbone.encoder.patcher"]),
                ("frequencyEmbedding.table", ["backbone.encoder.freq_mod.0"]),
                ("frequencyEmbedding.hidden", ["backbone.encoder.freq_mod.1"]),
                ("frequencyEmbedding.output", ["backbone.encoder.freq_mod.3"]),
                ("positions", ["backbone.encoder.positional_encoder.position_enc"]),
                ("adapter", ["decoder.adapter"]),
                ("decoderPatchEmbedding", ["decoder.decoder_raw_embedding"]),
                ("head", ["head.base_forecast_block"]),
            ],
            ignored: encoderNames.ignored + (decoderNames?.ignored ?? []))
    }
}

/// What checkpoints call the parameters of the mixers.
private struct MixerNames {
    var rules: [(ours: String, sources: [TensorNames.Source])] = []
    /// How many batches the statistics were made of.
    var ignored: [String] = []

    /// - Parameters:
    ///   - ours: what we call the stack.
    ///   - hub: what checkpoints do.
    init(_ ours: String, _ hub: String, _ stack: TinyTimeMixerConfiguration.Stack, isBatchNorm: Bool) {
        let ourLayer = stack.hasLevels ? "\(ours).levels.#.layers.#" : "\(ours).levels.0.layers.#"
        let hubLayer = stack.hasLevels ? "\(hub).mixers.#.mixer_layers.#" : "\(hub).mixers.#"
        let norm = isBatchNorm ? "norm.norm.batchnorm" : "norm.norm"
        for (mixer, hubMixer) in [("tokenMixer", "patch_mixer"), ("featureMixer", "feature_mixer")] {
            for (part, hubPart) in [
                ("norm.statistics.mean", norm + ".running_mean"), ("norm.statistics.variance", norm + ".running_var"),
                ("norm", norm), ("feedForward.input", "mlp.fc1"), ("feedForward.output", "mlp.fc2"),
                ("gate", "gating_block.attn_layer"),
            ] { rules.append(("\(ourLayer).\(mixer).\(part)", [.init("\(hubLayer).\(hubMixer).\(hubPart)")])) }
            ignored.append("\(hubLayer).\(hubMixer).\(norm).num_batches_tracked")
        }
    }
}
