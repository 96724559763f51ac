import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// What the folders of SegFormer may hold, and what is refused by name; that its results are right, SegmentationTests says.
@Suite struct SegFormerTests {
    private static let fixture = "segformer"

    /// A copy of the fixture with changed members of config.json, and tensors that `rename` calls otherwise, or leaves out.
    private static func folder(
        _ changes: [(key: String, value: String)], rename: (String) -> String? = { $0 }
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder(copying: fixture)
        let config = try InputFile(folder.file("config.json")).contents(limit: 1 << 20)
        folder.write("config.json", changes.reduce(config) { withMember($1.key, $1.value, in: $0) })
        let weights = try Safetensors(Fixtures.ownPath(fixture + "/model.safetensors"))
        let tensors = try weights.names.compactMap { name in
            try rename(name).map { (name: $0, tensor: try weights.readTensor(name)) }
        }
        try Safetensors.write(tensors, to: folder.file("model.safetensors"))
        return folder
    }

    private static func logits(_ folder: String) throws -> Tensor {
        let reference = try Safetensors(Fixtures.ownPath(fixture + "/reference.safetensors"))
        return try ImageSegmenter(ModelFolder(folder)).network(try reference.readTensor("pixel_values"))
    }

    /// What transformers 5 calls a tensor in memory.
    private static func newName(_ name: String) -> String {
        var name = name.replacing("decode_head.linear_c.", with: "decode_head.linear_projections.")
        var parts = name.split(separator: ".").map(String.init)
        guard parts[0] == "segformer" else { return name }
        let stage = parts[3]
        if parts[2] != "block" {
            let place = parts[2] == "layer_norm" ? [] : ["patch_embeddings"]
            parts = place + (place.isEmpty ? ["layer_norm"] : []) + parts.dropFirst(4)
            return (["segformer", "stages", stage] + parts).joined(separator: ".")
        }
        name = parts.dropFirst(5).joined(separator: ".")
        for (old, new) in [
            ("attention.self.sr", "attention.sequence_reduction.sequence_reduction"),
            ("attention.self.layer_norm", "attention.sequence_reduction.layer_norm"),
            ("attention.self.query", "attention.q_proj"), ("attention.self.key", "attention.k_proj"),
            ("attention.self.value", "attention.v_proj"), ("attention.output.dense", "attention.o_proj"),
            ("layer_norm_1", "layernorm_before"), ("layer_norm_2", "layernorm_after"), ("mlp.dense1", "mlp.fc1"),
            ("mlp.dense2", "mlp.fc2"),
        ] where name.hasPrefix(old) {
            name = new + name.dropFirst(old.count)
        }
        return "segformer.stages.\(stage).blocks.\(parts[4]).\(name)"
    }

    @Test func newNamesAreTheSame() throws {
        let folder = try Self.folder([], rename: Self.newName)
        #expect(try Self.logits(folder.path) == Self.logits(Fixtures.ownPath(Self.fixture)))
    }

    /// Settings that leave the result of a picture as it is.
    @Test(arguments: [
        ("reshape_last_stage", "false"), ("layer_norm_eps", "0.5"), ("num_encoder_blocks", "4"),
        ("hidden_sizes", "[8, 16, 24, 32, 40]"), ("architectures", "[]"), ("mlp_ratios", "[4.0, 4, 4.01, 4]"),
        ("drop_path_rate", "0.9"), ("semantic_loss_ignore_index", "3"),
    ])
    func theseChangeNothing(key: String, value: String) throws {
        let folder = try Self.folder([(key: key, value: value)])
        #expect(try Self.logits(folder.path) == Self.logits(Fixtures.ownPath(Self.fixture)))
    }

    @Test func theActivationIsTheOneThatIsNamed() throws {
        let folder = try Self.folder([(key: "hidden_act", value: "\"relu\"")])
        #expect(try Self.logits(folder.path) != Self.logits(Fixtures.ownPath(Self.fixture)))
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let key, value: String
        /// What the error names, where that is not the key.
        var says: String?
        var testDescription: String { "\(key): \(value)" }
    }

    static let changes = [
        Change(key: "num_channels", value: "1"), Change(key: "hidden_act", value: "\"sine\""),
        Change(key: "num_encoder_blocks", value: "5", says: "hidden_sizes"),
        Change(key: "num_encoder_blocks", value: "0"), Change(key: "depths", value: "[1, 1, 2]"),
        Change(key: "depths", value: "[1, 1, 3, 1]", says: "missing"),
        Change(key: "depths", value: "[1, 1, 1, 1]", says: "unexpected"),
        Change(key: "num_attention_heads", value: "[1, 2, 5, 4]"), Change(key: "sr_ratios", value: "[8, 4, 2, 0]"),
        Change(key: "sr_ratios", value: "[4, 4, 2, 1]", says: "4 x 4"),
        Change(key: "sr_ratios", value: "[1, 4, 2, 1]", says: "unexpected"),
        Change(key: "patch_sizes", value: "[5, 3, 3, 3]", says: "5 x 5"),
        Change(key: "strides", value: "[4, 2, 2, 65]"), Change(key: "mlp_ratios", value: "[4, 4, 4]"),
        Change(key: "mlp_ratios", value: "[4, 4, 4, -1]"),
        Change(key: "mlp_ratios", value: "[4, 2, 4, 4]", says: "shape"),
        Change(key: "decoder_hidden_size", value: "16", says: "linear_fuse"),
        Change(key: "decoder_hidden_size", value: "0"), Change(key: "reshape_last_stage", value: "1"),
        Change(key: "id2label", value: #"{"0": "sky", "1": "sea"}"#, says: "classifier"),
        Change(
            key: "architectures", value: "[\"SegformerForImageClassification\"]", says: "segments no pictures"),
        Change(key: "model_type", value: "\"maskformer\""),
    ]

    @Test(arguments: changes)
    func whatIsNotRunIsNamed(_ change: Change) throws {
        let folder = try Self.folder([(key: change.key, value: change.value)])
        try expectRefusal(change.says ?? change.key, of: folder)
    }

    @Test(arguments: [
        "decode_head.linear_fuse.weight", "decode_head.batch_norm.running_var", "decode_head.batch_norm.bias",
        "decode_head.linear_c.2.proj.weight", "decode_head.linear_c.3.proj.bias", "decode_head.classifier.bias",
        "segformer.encoder.patch_embeddings.0.proj.weight", "segformer.encoder.block.0.0.attention.self.sr.weight",
        "segformer.encoder.block.2.1.mlp.dwconv.dwconv.weight",
    ])
    func missingTensorsAreNamed(name: String) throws {
        try expectRefusal(name, of: Self.folder([]) { $0 == name ? nil : $0 })
    }

    private func expectRefusal(_ says: String, of folder: TemporaryFolder) throws {
        let error = #expect(throws: FileError.self) { _ = try ImageSegmenter(ModelFolder(folder.path)) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }

    /// The first stage's keys come of 8 × 8 cells of 4 × 4 pixels.
    @Test func picturesThatAreTooSmallAreRefused() throws {
        let folder = try Self.folder([])
        folder.write("preprocessor_config.json", #"{"do_resize": false}"#)
        let segmenter = try ImageSegmenter(ModelFolder(folder.path))
        func picture(_ width: Int, _ height: Int) -> RGBImage {
            RGBImage(width: width, height: height, pixels: [UInt8](repeating: 90, count: 3 * width * height))
        }
        #expect(try segmenter.segment(picture(29, 31)).labelMap.count == 29 * 31)
        let error = #expect(throws: FileError.self) { _ = try segmenter.segment(picture(28, 40)) }
        #expect(error.map { "\($0)".contains("29 pixels or more") } == true, "\(error as Any)")
    }

    /// Without settings pictures are brought to 512 × 512, as those of the published models are.
    @Test func settingsMayBeMissing() throws {
        let folder = TemporaryFolder()
        for name in ["config.json", "model.safetensors"] {
            folder.write(name, try InputFile(Fixtures.ownPath("\(Self.fixture)/\(name)")).contents(limit: 1 << 24))
        }
        let segmenter = try ImageSegmenter(ModelFolder(folder.path))
        #expect(segmenter.processor.fixedSize.map { $0.width == 512 && $0.height == 512 } == true)
        #expect(segmenter.warnings.count == 1 && segmenter.warnings[0].contains("published segformer"))
    }
}
