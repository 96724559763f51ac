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

/// What the Transformer of a DETR is made of.
struct DETRConfiguration {
    let labels: [String]
    let queryCount, encoderLayerCount, decoderLayerCount: Int
    let encoder, decoder: BlockConfiguration
    let normalizesBetweenBlocks: Bool

    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        func block(_ side: String) throws(FileError) -> BlockConfiguration {
            var block = try BlockConfiguration(bartLike: config, side: side, activation: "relu")
            block.order = .post
            return block
        }
        (encoder, decoder) = (try block("encoder"), try block("decoder"))
        guard encoder.hiddenSize % 4 == 0 else {
            throw config.error("d_model", "\(encoder.hiddenSize) is no multiple of 4: positions of cells need that")
        }
        encoderLayerCount = try config.integer("encoder_layers", in: 0...1_024)
        decoderLayerCount = try config.integer("decoder_layers", in: 0...1_024)
        queryCount = try config.integer("num_queries", in: 1...10_000, default: 100)
        normalizesBetweenBlocks = try config.boolean("auxiliary_loss", default: false)
        labels = try config.labels()
    }
}

extension ResNetConfiguration {
    /// The residual network that a DETR's config.json names.
    ///
    /// - Parameter timm: what a residual network of timm is made of.
    /// - Throws: `FileError` naming the key.
    fileprivate init(detr config: JSONObject, timm: () throws(FileError) -> ResNetConfiguration) throws(FileError) {
        let own = try config.object("backbone_config")
        let isTimm = try config.boolean("use_timm_backbone", default: own == nil)
        let type = try own?.string("model_type", default: "resnet") ?? (isTimm ? "timm_backbone" : "resnet")
        let isDilated = try config.boolean("dilation", default: false)
        switch type {
        case "resnet" where isDilated:
            throw config.error("dilation", "it is not supported where backbone_config is of the type resnet")
        case "resnet": self = try ResNetConfiguration(own ?? JSONObject(members: [], path: config.path))
        case "timm_backbone":
            try (own ?? config).checkTimmBackbone()
            self = try timm()
            dilate(from: try isDilated ? 16 : own?.integer("output_stride", in: 8...32, default: 32) ?? 32)
        default:
            throw own?.error("model_type", "\(type.quoted) is not supported: resnet and timm_backbone are")
                ?? config.error("backbone_config", "it is missing")
        }
    }
}

extension JSONObject {
    /// Refuses networks of timm that are no plain residual networks.
    fileprivate func checkTimmBackbone() throws(FileError) {
        let name = try string("backbone", default: "resnet50")
        // What stands behind a point says how it was trained.
        let kind = name.prefix { $0 != "." }
        guard kind.hasPrefix("resnet"), kind.count > 6, kind.dropFirst(6).allSatisfy(\.isWholeNumber) else {
            throw error("backbone", "\(name.quoted) is not supported: resnet18, resnet34, resnet50 and their kin are")
        }
    }
}

/// A residual network, a Transformer on its last map, and the heads that read its queries.
struct DETRNetwork: DetectionNetwork {
    let labels: [String]
    let scores = LabelScores.softmax
    var backbone: ResNet
    /// To the Transformer's size, `[hidden, width]`.
    var projection: Linear
    var encoder: Encoder
    var decoder: SetDecoder
    /// To the labels, and behind them `no object`.
    var labelHead: Linear
    /// To a box.
    var boxHead: MultilayerPerceptron

    init(_ backbone: ResNetConfiguration, _ configuration: DETRConfiguration) {
        let hidden = configuration.encoder.hiddenSize
        labels = configuration.labels
        self.backbone = ResNet(backbone)
        projection = Linear(input: backbone.width, output: hidden)
        encoder = Encoder(layerCount: configuration.encoderLayerCount, configuration.encoder, finalNorm: false)
        decoder = SetDecoder(
            queryCount: configuration.queryCount, layerCount: configuration.decoderLayerCount, configuration.decoder,
            normalizesBetweenBlocks: configuration.normalizesBetweenBlocks)
        labelHead = Linear(input: hidden, output: labels.count + 1)
        boxHead = MultilayerPerceptron(sizes: [hidden, hidden, hidden, 4])
    }

    func callAsFunction(_ pixels: Tensor) -> DetectionOutput {
        Threads.takeTurn {
            let map = projection(backbone(pixels))
            let (batch, rows, columns, hidden) = (map.shape[0], map.shape[1], map.shape[2], map.shape[3])
            let positions = circularPositions2D(rows: rows, columns: columns, hiddenSize: hidden)
            let memory = encoder(map.reshaped([batch, rows * columns, hidden]), positions: positions)
            let states = decoder(memory, positions: positions)
            return DetectionOutput(logits: labelHead(states), boxes: boxHead(states).sigmoid())
        }
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("backbone", &backbone)
        try visitor.visit("projection", &projection)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
        try visitor.visit("labelHead", &labelHead, as: .head)
        try visitor.visit("boxHead", &boxHead, as: .head)
    }
}
