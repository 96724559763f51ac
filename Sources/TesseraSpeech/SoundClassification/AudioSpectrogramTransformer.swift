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

    package init(
        _ folder: ModelFolder, _ config: JSONObject, precision: Precision, allowNonFinite: Bool
    ) throws(FileError) {
        let configuration = try SpectrogramTransformerConfiguration(config)
        var settings = SpectrogramWindowSettings()
        (settings.melBinCount, settings.frameCount) = (configuration.melBinCount, configuration.frameCount)
        if let file = try folder.settings(of: .sound) {
            settings = try SpectrogramWindowSettings(file)
            for (key, own, models) in [
                ("num_mel_bins", settings.melBinCount, configuration.melBinCount),
                ("max_length", settings.frameCount, configuration.frameCount),
            ] where own != models {
                throw file.error(key, "is \(own), but \(models) in config.json")
            }
        }
        features = SpectrogramWindows(settings)
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        transformer = try Self.load(config, checkpoint, precision)
    }

    package var labels: [String] { transformer.configuration.labels }
    package var scores: LabelScores { transformer.configuration.scores }
    package var sampleRate: Int { features.settings.sampleRate }
    package var sampleCounts: ClosedRange<Int> {
        features.settings.leastSampleCount...features.settings.mostSampleCount
    }

    package func logits(_ samples: [Float]) -> Tensor {
        let spectrogram = features(samples)
        return transformer(spectrogram.reshaped([1] + spectrogram.shape))
    }

    package static func network(_ config: JSONObject) throws(FileError) -> SpectrogramTransformer {
        SpectrogramTransformer(try SpectrogramTransformerConfiguration(config))
    }

    /// Patches and the head, a hundredth of the work, keep 16 bits in int8.
    package static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }

    package static func names(of network: SpectrogramTransformer) -> TensorNames {
        let root = "audio_spectrogram_transformer."
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
