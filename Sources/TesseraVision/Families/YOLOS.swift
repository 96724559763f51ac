internal import TesseraFiles
internal import TesseraImage
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// YOLOS (Fang et al., 2021), `YolosForObjectDetection`: a ViT with detection tokens beside its patches, each of which comes to say what is
/// where, or that there is nothing.
enum YOLOS: DetectionFamily {
    static let modelType = "yolos"
    static let architectures = ["YolosForObjectDetection"]
    static let prefix = "vit."
    static let imageProcessorClass = ImageProcessorClass.yolos

    static func network(_ config: JSONObject) throws(FileError) -> YOLOSNetwork {
        var backbone = try VisionConfiguration(config, epsilon: 1e-12) { _ throws(FileError) in
            try config.integer("intermediate_size", in: 1...1_048_576)
        }
        try backbone.readQueryKeyValueBias(config)
        backbone.detectionTokenCount = try config.integer("num_detection_tokens", in: 1...10_000, default: 100)
        backbone.hasBlockPositions =
            try config.boolean("use_mid_position_embeddings", default: true) && backbone.layerCount > 1
        return YOLOSNetwork(backbone, labels: try config.labels())
    }

    static func names(of network: YOLOSNetwork) -> TensorNames {
        let backbone =
            commonRules + layerRules("vit.encoder.layer", "vit.layers", norms: ("layernorm_before", "layernorm_after"))
            + feedForwardRules("vit.encoder.layer", "vit.layers")
        return TensorNames(
            rules: backbone.map { ("backbone." + $0.ours, $0.sources) } + [
                ("labelHead", ["class_labels_classifier"]), ("boxHead", ["bbox_predictor"]),
            ],
            ignored: ["vit.pooler"])
    }

    static func checkpointShape(of name: String, _ shape: [Int], in network: YOLOSNetwork) -> [Int] {
        let prefix = "backbone."
        guard name.hasPrefix(prefix) else { return shape }
        return network.backbone.checkpointShape(of: String(name.dropFirst(prefix.count)), shape)
    }

    /// Patches and heads are a small part of the work: in int8 they keep 16 bits, and boxes their places.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}

/// A ViT and the heads that read its detection tokens.
package struct YOLOSNetwork: DetectionNetwork {
    package let labels: [String]
    package let scores = LabelScores.softmax
    var backbone: VisionTransformer
    /// To the labels, and behind them `no object`.
    var labelHead: MultilayerPerceptron
    /// To a box.
    var boxHead: MultilayerPerceptron

    init(_ configuration: VisionConfiguration, labels: [String]) {
        let hidden = configuration.block.hiddenSize
        self.labels = labels
        backbone = VisionTransformer(configuration)
        labelHead = MultilayerPerceptron(sizes: [hidden, hidden, hidden, labels.count + 1])
        boxHead = MultilayerPerceptron(sizes: [hidden, hidden, hidden, 4])
    }

    /// Which tokens are queries.
    var queries: Range<Int> { backbone.configuration.classTokenCount..<backbone.configuration.leadingTokenCount }

    package func callAsFunction(_ pixels: Tensor) -> DetectionOutput {
        let states = backbone.states(of: pixels, outputTokens: queries.upperBound).tokens(queries)
        return DetectionOutput(logits: labelHead(states), boxes: boxHead(states).sigmoid())
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("backbone", &backbone)
        try visitor.visit("labelHead", &labelHead, as: .head)
        try visitor.visit("boxHead", &boxHead, as: .head)
    }
}
