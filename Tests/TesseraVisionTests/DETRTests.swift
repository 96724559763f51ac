import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// What the folders of DETR may hold, and what is refused by name; that its results are right, DetectionTests says.
@Suite struct DETRTests {
    static let fixture = "detr"
    private static let root = "model.backbone.conv_encoder.model."

    /// The fixture's tensors, and its pixels with what the model makes of them.
    private static func tensors() throws -> [(name: String, tensor: Tensor)] {
        let weights = try Safetensors(Fixtures.ownPath(fixture + "/model.safetensors"))
        return try weights.names.map { ($0, try weights.readTensor($0)) }
    }

    /// A copy of the fixture with changed members of config.json, and tensors that `rename` calls otherwise, or leaves out.
    private static func folder(
        _ changes: [(key: String, value: String)], rename: (String) -> String? = { $0 }
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder(copying: fixture)
        let config = try InputFile(folder.file("config.json")).contents(limit: 1 << 20)
        folder.write("config.json", changes.reduce(config) { withMember($1.key, $1.value, in: $0) })
        let renamed = try tensors().compactMap { name, tensor in rename(name).map { (name: $0, tensor: tensor) } }
        try Safetensors.write(renamed, to: folder.file("model.safetensors"))
        return folder
    }

    private static func logits(_ folder: String) throws -> Tensor {
        let reference = try Safetensors(Fixtures.ownPath(fixture + "/reference.safetensors"))
        let pixels = try reference.readTensor("picture0.pixel_values")
        return try ObjectDetector(ModelFolder(folder)).network(pixels).logits
    }

    /// What timm calls a tensor of the residual network that transformers calls `name`.
    private static func timmName(_ name: String) -> String {
        guard name.hasPrefix(root) else { return name }
        var parts = name.dropFirst(root.count).split(separator: ".").map(String.init)
        let isNorm = parts[parts.count - 2] == "normalization"
        let last = parts.removeLast()
        guard parts[0] == "encoder" else { return root + (isNorm ? "bn1." : "conv1.") + last }
        let block = "layer\((Int(parts[2]) ?? 0) + 1).\(parts[4])"
        if parts[5] == "shortcut" { return "\(root)\(block).downsample.\(isNorm ? 1 : 0).\(last)" }
        return "\(root)\(block).\(isNorm ? "bn" : "conv")\((Int(parts[6]) ?? 0) + 1).\(last)"
    }

    /// The hub's main revisions: their config.json says little, and the rest their tensors tell. Other names are transformers 5's.
    @Test(arguments: [
        [("use_timm_backbone", "true"), ("backbone", "\"resnet50\""), ("backbone_config", "null")],
        [("use_timm_backbone", "true"), ("backbone", "\"resnet50.a1_in1k\"")],
        [("backbone_config", #"{"model_type": "timm_backbone", "backbone": "resnet50", "output_stride": 32}"#)],
    ])
    func timmsNamesAreTheSame(_ changes: [(String, String)]) throws {
        let folder = try Self.folder(changes.map { (key: $0.0, value: $0.1) }, rename: Self.timmName)
        #expect(try Self.logits(folder.path) == Self.logits(Fixtures.ownPath(Self.fixture)))
    }

    @Test func newNamesAreTheSame() throws {
        let folder = try Self.folder([]) { name in
            let name = name.replacing("backbone.conv_encoder.", with: "backbone.")
            guard name.contains(".layers."), !name.hasPrefix("bbox") else { return name }
            return name.replacing("out_proj", with: "o_proj").replacing(".fc", with: ".mlp.fc")
        }
        #expect(try Self.logits(folder.path) == Self.logits(Fixtures.ownPath(Self.fixture)))
    }

    /// A last stage whose windows see cells further apart makes a larger map, and other logits; only timm's networks have such.
    @Test func timmsNetworksMayBeDilated() throws {
        let timm = [(key: "use_timm_backbone", value: "true"), (key: "backbone_config", value: "null")]
        let folder = try Self.folder(timm + [(key: "dilation", value: "true")], rename: Self.timmName)
        let strided = [
            (
                key: "backbone_config",
                value: #"{"model_type": "timm_backbone", "backbone": "resnet50", "output_stride": 16}"#
            )
        ]
        let dilated = try Self.logits(folder.path)
        let other = try Self.folder(strided, rename: Self.timmName)
        #expect(try dilated == Self.logits(other.path))
        #expect(try dilated != Self.logits(Fixtures.ownPath(Self.fixture)))
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let key, value: String
        /// What the error names, where that is not the key.
        var says: String?
        var testDescription: String { "\(key): \(value)" }
    }

    static let changes = [
        Change(key: "position_embedding_type", value: "\"learned\""), Change(key: "dilation", value: "true"),
        Change(key: "num_channels", value: "1"), Change(key: "d_model", value: "34"),
        Change(key: "d_model", value: "36", says: "of another shape"),
        Change(key: "encoder_attention_heads", value: "3"), Change(key: "encoder_layers", value: "-1"),
        Change(key: "encoder_layers", value: "1", says: "unexpected"), Change(key: "num_queries", value: "0"),
        Change(key: "num_queries", value: "12", says: "query_position_embeddings"),
        Change(key: "activation_function", value: "\"sine\""),
        Change(key: "architectures", value: "[\"DetrForSegmentation\"]", says: "DetrForObjectDetection"),
        Change(key: "backbone_config", value: #"{"model_type": "swin"}"#, says: "backbone_config.model_type"),
        Change(
            key: "backbone_config", value: #"{"model_type": "timm_backbone", "backbone": "resnet50d"}"#,
            says: "backbone_config.backbone"),
    ]

    static let changesOfBackbone = [
        Change(key: "layer_type", value: "\"inverted\""), Change(key: "layer_type", value: "\"basic\"", says: "3 x 3"),
        Change(key: "hidden_sizes", value: "[16, 24]", says: "depths"),
        Change(key: "hidden_sizes", value: "[16, 24, 3, 40]"), Change(key: "hidden_sizes", value: "[]"),
        Change(key: "depths", value: "[1, 1.5, 2, 1]"), Change(key: "depths", value: "[1000, 1000, 1000, 1000]"),
        Change(key: "depths", value: "[1, 1, 3, 1]", says: "missing"), Change(key: "embedding_size", value: "0"),
        Change(key: "out_features", value: "[\"stem\"]"), Change(key: "out_features", value: "[\"stage5\"]"),
        Change(key: "hidden_act", value: "\"sine\""), Change(key: "num_channels", value: "4"),
    ]

    @Test(arguments: changes)
    func whatIsNotRunIsNamed(_ change: Change) throws {
        try expectRefusal(change, of: Self.folder([(key: change.key, value: change.value)]))
    }

    @Test(arguments: changesOfBackbone)
    func whatIsNotRunOfTheBackboneIsNamed(_ change: Change) throws {
        let folder = try Self.folder([])
        let config = String(decoding: try InputFile(folder.file("config.json")).contents(limit: 1 << 20), as: UTF8.self)
        let parts = config.split(separator: "\"backbone_config\":", maxSplits: 1)
        let backbone = withMember(change.key, change.value, in: Array(parts[1].utf8))
        folder.write("config.json", parts[0] + "\"backbone_config\":" + String(decoding: backbone, as: UTF8.self))
        try expectRefusal(change, of: folder)
    }

    private func expectRefusal(_ change: Change, of folder: TemporaryFolder) throws {
        let error = #expect(throws: FileError.self) { _ = try ObjectDetector(ModelFolder(folder.path)) }
        let says = change.says ?? change.key
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }

    /// The hub's settings have one number, and the limit of the longer side beside it.
    @Test(arguments: [
        (#"{"size": 64, "max_size": 96}"#, 35, 95), (#"{"size": 64}"#, 64, 175),
        (#"{"size": 64, "default_to_square": true}"#, 64, 175),
        (#"{"size": {"shortest_edge": 64, "longest_edge": 96}, "max_size": 70}"#, 35, 95),
        (#"{"size": {"height": 40, "width": 30}}"#, 30, 40),
    ])
    func sizesOfPicturesAreThoseOfTheSettings(settings: String, width: Int, height: Int) throws {
        let folder = try Self.folder([])
        folder.write("preprocessor_config.json", settings)
        let picture = RGBImage(width: 51, height: 140, pixels: [UInt8](repeating: 90, count: 51 * 140 * 3))
        let prepared = try ObjectDetector(ModelFolder(folder.path)).processor.prepared(picture).image
        #expect(prepared.width == width && prepared.height == height, "\(prepared.width) x \(prepared.height)")
    }

    /// Normalisations of which a part is missing, or does not fit, and windows of another size.
    @Test(arguments: [
        ("embedder.embedder.normalization.running_var", [Int](), "running_var"),
        ("embedder.embedder.normalization.running_mean", [3], "channels"),
        ("embedder.embedder.normalization.running_var", [8], "below 0"),
        ("embedder.embedder.convolution.weight", [8, 147, 1, 1], "7 x 7"),
        ("encoder.stages.1.layers.0.layer.1.convolution.weight", [], "missing"),
        ("encoder.stages.1.layers.0.layer.1.convolution.weight", [6, 5, 3, 3], "of another shape"),
    ])
    func damagedConvolutionsAreNamed(name: String, shape: [Int], says: String) throws {
        let folder = try Self.folder([])
        let changed = Self.root + name
        let others = try Self.tensors().filter { $0.name != changed }
        let tensor = Tensor(shape: shape, repeating: -1)
        try Safetensors.write(
            others + (shape.isEmpty ? [] : [(name: changed, tensor: tensor)]), to: folder.file("model.safetensors"))
        let error = #expect(throws: FileError.self) { _ = try ObjectDetector(ModelFolder(folder.path)) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }
}
