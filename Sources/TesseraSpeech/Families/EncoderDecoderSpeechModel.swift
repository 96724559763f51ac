package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// A speech model whose layers are an encoder-decoder.
package protocol EncoderDecoderSpeechModel: SpeechModel where Network == SpeechTransformer {
    /// Reads config.json.
    ///
    /// - Throws: `FileError` naming the key.
    static func configuration(_ config: JSONObject) throws(FileError) -> SpeechConfiguration

    /// What checkpoints call the parameters of the convolutions before the encoder.
    static var convolutionRules: [(ours: String, sources: [TensorNames.Source])] { get }

    /// The layers.
    var transformer: SpeechTransformer { get }
}

extension EncoderDecoderSpeechModel {
    package static func network(_ config: JSONObject) throws(FileError) -> SpeechTransformer {
        SpeechTransformer(try configuration(config))
    }

    package static func names(of network: SpeechTransformer) -> TensorNames { names }

    /// What the families' checkpoints call alike, with their convolutions.
    static var names: TensorNames {
        TensorNames(
            rules: convolutionRules + EncoderDecoderNames.blockRules + [
                rule("encoderPositions", "encoder.embed_positions.weight"),
                rule("encoder.finalNorm", "encoder.layer_norm"),
                rule("decoder.embedding", "decoder.embed_tokens"),
                rule("decoder.positions", "decoder.embed_positions.weight"),
                rule("decoder.finalNorm", "decoder.layer_norm"),
                ("decoder.head", ["proj_out", "lm_head"]),
            ],
            // Tied heads and computed positions, which some checkpoints carry all the same.
            ignored: [
                "proj_out", "lm_head", "model.encoder.embed_positions.weights", "model.decoder.embed_positions.weights",
                "model.decoder.version", "model.encoder.version",
            ])
    }

    private static func rule(_ ours: String, _ hub: String) -> (ours: String, sources: [TensorNames.Source]) {
        EncoderDecoderNames.rule(ours, hub)
    }

    package static func checkpointShape(
        of name: String, _ shape: [Int], in network: SpeechTransformer
    ) -> [Int] {
        let parts = name.split(separator: ".")
        guard parts.count == 4, parts[0] == "convolutions", parts[3] == "weight", let index = Int(parts[1]) else {
            return shape
        }
        let convolution = network.configuration.convolutions[index]
        return [convolution.outputChannels, convolution.inputChannels, convolution.size]
    }

    /// The convolutions are a hundredth of the work, and all else rests on them: in int8 they keep 16 bits.
    package static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input])
    }

    /// Loads the layers, ready to be run.
    static func transformer(
        _ folder: SpeechFolder, _ precision: Precision, allowNonFinite: Bool
    ) throws(FileError) -> SpeechTransformer {
        let checkpoint = try Checkpoint(folder.files, allowNonFinite: allowNonFinite)
        var transformer = try load(folder.config, checkpoint, precision)
        transformer.decoder.storage = KeyValueStorage(besideWeights: precision)
        return transformer
    }
}
