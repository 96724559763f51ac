internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// DETR (Carion et al., 2020), `DetrForObjectDetection`: a residual network makes a map of a picture, an encoder lets its cells know of
/// each other, and each query of a decoder comes to say what is where, or that there is nothing.
enum DETR: DetectionFamily {
    static let modelType = "detr"
    static let architectures = ["DetrForObjectDetection"]
    static let imageProcessorClass = ImageProcessorClass.detr

    /// What names of the residual network begin with: on the hub, and as transformers 5 has them.
    private static let backbones = ["model.backbone.conv_encoder.model.", "model.backbone.model."]

    static func network(_ config: JSONObject) throws(FileError) -> DETRNetwork {
        try network(config) { () throws(FileError) -> ResNetConfiguration in
            throw config.error("use_timm_backbone", "what timm's networks are made of, their tensors tell")
        }
    }

    /// - Parameter timm: what a residual network of timm is made of.
    private static func network(
        _ config: JSONObject, timm: () throws(FileError) -> ResNetConfiguration
    ) throws(FileError) -> DETRNetwork {
        let positions = try config.string("position_embedding_type", default: "sine")
        guard positions == "sine" else {
            throw config.error("position_embedding_type", "\(positions.quoted) is not supported: sine is")
        }
        _ = try config.pictureChannels()
        return DETRNetwork(try ResNetConfiguration(detr: config, timm: timm), try DETRConfiguration(config))
    }

    static func names(of network: DETRNetwork) -> TensorNames {
        names(of: network, ResNetNames(isTimm: false, prefix: backbones[0]))
    }

    private static func names(of network: DETRNetwork, _ backbone: ResNetNames) -> TensorNames {
        let blocks: [NameRule] = EncoderDecoderNames.blockRules.map { ours, sources in
            (ours, sources + sources.map { TensorNames.Source($0.name.inTransformers5) })
        }
        let others: [NameRule] = [
            ("projection", ["model.input_projection"]),
            ("decoder.queries", ["model.query_position_embeddings.weight"]),
            ("decoder.finalNorm", ["model.decoder.layernorm"]), ("labelHead", ["class_labels_classifier"]),
            ("boxHead", ["bbox_predictor"]),
        ]
        // Stages behind the last whose features are asked for.
        let unused = (0..<8).map { backbone.stage(network.backbone.stages.count + $0) }
        return TensorNames(
            rules: backbone.places(of: network.backbone).rules("backbone.") + blocks + others, ignored: unused)
    }

    static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> DETRNetwork {
        let names = ResNetNames(checkpoint, prefixes: backbones)
        var network = try network(config) { () throws(FileError) -> ResNetConfiguration in
            try ResNetConfiguration(checkpoint, names)
        }
        let folded = Checkpoint(try FoldedConvolutions(checkpoint, names.places(of: network.backbone)))
        try network.load(from: folded, names: Self.names(of: network, names)) { packing(of: $0, precision) }
        network.backbone.tile()
        AlignedMemory.releaseSpare()  // what tiles were made of is of no size that a picture asks for
        // The maps of a picture of 800 × 1,066 take some 300 MB by and by: pages that are asked for anew take a fifth of the time.
        AlignedMemory.spareLimit = max(AlignedMemory.spareLimit, 384 << 20)
        return network
    }

    /// The stem and the heads are a small part of the work: in int8 they keep 16 bits, and boxes their places.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}

extension String {
    /// A block's parameter as transformers calls it from its version 5 on, where its checkpoints are not written in the old way.
    fileprivate var inTransformers5: String {
        let parts = split(separator: ".")
        let root = parts.dropLast().joined(separator: ".")
        return switch parts.last ?? "" {
        case "out_proj": root + ".o_proj"
        case "fc1": root + ".mlp.fc1"
        case "fc2": root + ".mlp.fc2"
        default: self
        }
    }
}
