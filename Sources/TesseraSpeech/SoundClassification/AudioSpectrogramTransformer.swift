package import TesseraAudio
package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// AST (Gong et al., 2021): `transformers.ASTForAudioClassification`.
package struct AudioSpectrogramTransformer: SoundModel {
    package let transformer: SpectrogramTransformer
    package let features: SpectrogramWindows

    package static let modelType = "audio-spectrogram-transformer"
    package static let architectures = ["ASTForAudioClassification"]
    package static let prefix = "audio_spectrogram_transformer."

    package init(
        _ folder: ModelFolder, _ config: JSONObject, precision: Precision, allowNonFinite: Bool
    ) throws(FileError) {
        features = SpectrogramWindows(
            try Self.settings(folder, for: SpectrogramTransformerConfiguration(config)))
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        transformer = try Self.load(config, checkpoint, precision)
    }

    /// How sounds are brought to the form that the model reads, AudioSet's way where the folder does not say.
    ///
    /// - Throws: `FileError` naming the key that contradicts config.json.
    static func settings(
        _ folder: ModelFolder, for configuration: SpectrogramTransformerConfiguration
    ) throws(FileError) -> SpectrogramWindowSettings {
        guard let file = try folder.settings(of: .sound) else { return configuration.windowSettings }
        let settings = try SpectrogramWindowSettings(file)
        for (key, own, models) in [
            ("num_mel_bins", settings.melBinCount, configuration.melBinCount),
            ("max_length", settings.frameCount, configuration.frameCount),
        ] where own != models {
            throw file.error(key, "is \(own), but \(models) in config.json")
        }
        return settings
    }

    package var labels: [String] { transformer.configuration.labels }
    package var scores: LabelScores { transformer.configuration.scores }
    package var sampleRate: Int { features.settings.sampleRate }
    package var sampleCounts: ClosedRange<Int> {
        features.settings.leastSampleCount...features.settings.mostSampleCount
    }

    package func input(_ samples: [Float]) -> Tensor {
        let spectrogram = features(samples)
        return spectrogram.reshaped([1] + spectrogram.shape)
    }

    package func logits(of input: Tensor) -> Tensor { transformer(input) }

    package static func network(_ config: JSONObject) throws(FileError) -> SpectrogramTransformer {
        SpectrogramTransformer(try SpectrogramTransformerConfiguration(config))
    }

    package static func checkpointShape(
        of name: String, _ shape: [Int], in network: SpectrogramTransformer
    ) -> [Int] {
        switch name {
        case "classToken", "distillationToken": [1, 1] + shape
        case "positions": [1] + shape
        case "patchEmbedding.projection.weight":
            [shape[0], 1, network.configuration.patchSize, network.configuration.patchSize]
        default: shape
        }
    }

    /// Patches and the head, a hundredth of the work, keep 16 bits in int8.
    package static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }

    package static func names(of network: SpectrogramTransformer) -> TensorNames {
        let root = prefix
        let outside = [
            ("patchEmbedding", "embeddings.patch_embeddings"), ("classToken", "embeddings.cls_token"),
            ("distillationToken", "embeddings.distillation_token"), ("positions", "embeddings.position_embeddings"),
            ("encoder.finalNorm", "layernorm"),
        ]
        // As checkpoints have them, and as transformers 5 does in memory.
        let ofBlocks = [
            ("attention.query", "attention.attention.query", "attention.q_proj"),
            ("attention.key", "attention.attention.key", "attention.k_proj"),
            ("attention.value", "attention.attention.value", "attention.v_proj"),
            ("attention.output", "attention.output.dense", "attention.o_proj"),
            ("attentionNorm", "layernorm_before", "layernorm_before"),
            ("feedForwardNorm", "layernorm_after", "layernorm_after"),
            ("feedForward.input", "intermediate.dense", "mlp.fc1"), ("feedForward.output", "output.dense", "mlp.fc2"),
        ]
        return TensorNames(
            rules: outside.map { ($0, [.init(stringLiteral: root + $1)]) }
                + ofBlocks.map {
                    (
                        "encoder.blocks.#.\($0)",
                        [
                            .init(stringLiteral: "\(root)encoder.layer.#.\($1)"),
                            .init(stringLiteral: "\(root)layers.#.\($2)"),
                        ]
                    )
                } + [("headNorm", ["classifier.layernorm"]), ("head", ["classifier.dense"])],
            ignored: [])
    }
}

extension SpectrogramTransformerConfiguration {
    /// AudioSet's settings, with the model's sizes.
    var windowSettings: SpectrogramWindowSettings {
        var settings = SpectrogramWindowSettings()
        (settings.melBinCount, settings.frameCount) = (melBinCount, frameCount)
        return settings
    }
}
