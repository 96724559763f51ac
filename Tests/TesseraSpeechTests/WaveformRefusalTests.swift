import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

/// Folders of models that read waveforms whose files contradict each other or themselves are refused, naming the key or tensor.
@Suite struct WaveformRefusalTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var file = "config.json"
        let key, value: String
        /// What the error names, where that is not the key.
        var says: String?
        var testDescription: String { "\(key): \(value)" }
    }

    static let changes = [
        Change(key: "conv_dim", value: "[16, 16]", says: "conv_kernel"),
        Change(key: "conv_dim", value: "[]"), Change(key: "conv_dim", value: "[16, 1.5]"),
        Change(key: "conv_kernel", value: "[10, 3, 3, 3, 3, 2]"),
        Change(key: "conv_stride", value: "[5, 2, 2, 2, 2, 2]"),
        Change(key: "conv_kernel", value: "[0, 3, 3, 3, 3, 2, 2]"), Change(key: "conv_stride", value: "7"),
        Change(key: "conv_stride", value: "[1000, 1000, 1000, 1000, 1000, 1000, 1000]"),
        Change(key: "conv_stride", value: "[5, 2, 2, 2, 2, 2, 200]"),
        Change(key: "conv_kernel", value: "[10, 3, 3, 3, 3, 2, 1000]", says: "conv_stride"),
        Change(key: "conv_kernel", value: "[10, 3, 3, 3, 3, 2, 3]", says: "conv_layers.6"),
        Change(key: "num_conv_pos_embedding_groups", value: "5"),
        Change(key: "num_conv_pos_embedding_groups", value: "0"),
        Change(key: "num_conv_pos_embedding_groups", value: "8", says: "pos_conv_embed"),
        Change(key: "num_conv_pos_embeddings", value: "17", says: "pos_conv_embed"),
        Change(key: "num_attention_heads", value: "5"), Change(key: "hidden_size", value: "1e18"),
        Change(key: "num_hidden_layers", value: "1", says: "unexpected"), Change(key: "hidden_act", value: "\"sine\""),
        Change(key: "feat_extract_norm", value: "\"batch\""),
        Change(key: "feat_extract_norm", value: "\"layer\"", says: "missing"),
        Change(key: "conv_bias", value: "true", says: "conv.bias"), Change(key: "add_adapter", value: "true"),
        Change(key: "adapter_attn_dim", value: "16"), Change(key: "vocab_size", value: "31"),
        Change(key: "vocab_size", value: "33", says: "lm_head"),
        Change(key: "model_type", value: "\"hubert\"", says: "HubertForCTC"),
        Change(key: "architectures", value: "[\"Wav2Vec2ForPreTraining\"]", says: "Wav2Vec2ForCTC"),
        Change(file: "preprocessor_config.json", key: "sampling_rate", value: "5"),
        Change(file: "preprocessor_config.json", key: "feature_size", value: "2"),
        Change(file: "preprocessor_config.json", key: "feature_extractor_type", value: "\"WhisperFeatureExtractor\""),
        Change(file: "vocab.json", key: "<pad>", value: "900", says: "vocab_size"),
    ]

    private func folder(_ change: Change?, leavingOut absent: String = "") throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath("wav2vec2-ctc-base"))
        where name != absent && !name.hasSuffix(".wav") && name != "reference.safetensors" {
            var bytes = try InputFile(Fixtures.ownPath("wav2vec2-ctc-base/" + name)).contents(limit: 1 << 24)
            if let change, change.file == name {
                bytes = withMember(change.key, change.value, in: bytes)
            }
            folder.write(name, bytes)
        }
        return folder
    }

    @Test(arguments: changes)
    func contradictionsAreNamed(_ change: Change) throws {
        let folder = try folder(change)
        let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.path) }
        let says = change.says ?? change.key
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }

    @Test(arguments: ["config.json", "vocab.json", "model.safetensors"])
    func absentFilesAreNamed(name: String) throws {
        let folder = try folder(nil, leavingOut: name)
        let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.path) }
        #expect(error?.kind == .unreadable && error.map { "\($0)".contains(name) } == true, "\(error as Any)")
    }

    @Test func theCopyItselfIsAccepted() throws {
        let folder = try folder(nil)
        _ = try Transcriber(folder: folder.path)
    }

    /// A tap of zeros has no direction, and lengths are one a tap.
    @Test func tapsThatCannotBeNormalised() throws {
        let path = Fixtures.ownPath("wav2vec2-ctc-base/model.safetensors")
        let weights = try Safetensors(path)
        let name = "wav2vec2.encoder.pos_conv_embed.conv.weight_"
        for (changed, shape, says) in [("v", [32, 8, 16], "direction"), ("g", [1, 1, 4], "taps")] {
            let folder = try folder(nil, leavingOut: "model.safetensors")
            var tensors: [(name: String, tensor: Tensor)] = []
            for other in weights.names where other != name + changed {
                tensors.append((other, try weights.readTensor(other)))
            }
            tensors.append((name + changed, Tensor(shape: shape, repeating: 0)))
            try Safetensors.write(tensors, to: folder.file("model.safetensors"))
            let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.path) }
            #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
        }
    }
}
