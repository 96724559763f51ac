internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers

/// DINOv2 (Oquab et al., 2024): `Dinov2ForImageClassification`. LayerScale, plain or SwiGLU feed-forward networks, and a head on
/// the class token joined to the mean of the patches. `Dinov2Model` has no head, and the class token sums a picture up.
enum DINOv2: VisionFamily {
    static let modelType = "dinov2"
    static let classifiers = ["Dinov2ForImageClassification"]
    static let backbone = "Dinov2Model"
    static let imageProcessorClass = ImageProcessorClass.bit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        let gated = try config.boolean("use_swiglu_ffn", default: false)
        var configuration = try VisionConfiguration(config, epsilon: 1e-6) { hidden throws(FileError) in
            let ratio = try config.number("mlp_ratio", in: 0.01...64, default: 4)
            let size = max(1, Int(Double(hidden) * ratio))
            // SwiGLU keeps two thirds of it, rounded up to a multiple of 8.
            return gated ? (max(1, Int(Double(size) * 2 / 3)) + 7) / 8 * 8 : size
        }
        try configuration.readQueryKeyValueBias(config)
        configuration.block.layerScale = true
        configuration.block.gated = gated
        if gated { configuration.block.activation = .silu }
        configuration.pooling = .classTokenAndMean
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .classToken
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        TensorNames(
            rules: commonRules
                + layerRules("dinov2.encoder.layer", "dinov2.encoder.layer", norms: ("norm1", "norm2"))
                + (configuration.block.gated ? gatedRules : plainRules)
                + [
                    ("encoder.blocks.#.attentionScale", ["dinov2.encoder.layer.#.layer_scale1.lambda1"]),
                    ("encoder.blocks.#.feedForwardScale", ["dinov2.encoder.layer.#.layer_scale2.lambda1"]),
                ],
            ignored: ["dinov2.embeddings.mask_token"])
    }

    private static let plainRules: [NameRule] = [
        ("encoder.blocks.#.feedForward.input", ["dinov2.encoder.layer.#.mlp.fc1"]),
        ("encoder.blocks.#.feedForward.output", ["dinov2.encoder.layer.#.mlp.fc2"]),
    ]

    /// Published checkpoints stack the gate and the input in one matrix.
    private static let gatedRules: [NameRule] = [
        (
            "encoder.blocks.#.feedForward.gate",
            [.init("dinov2.encoder.layer.#.mlp.weights_in", part: 0, of: 2), "dinov2.encoder.layer.#.mlp.gate_proj"]
        ),
        (
            "encoder.blocks.#.feedForward.input",
            [.init("dinov2.encoder.layer.#.mlp.weights_in", part: 1, of: 2), "dinov2.encoder.layer.#.mlp.up_proj"]
        ),
        (
            "encoder.blocks.#.feedForward.output",
            ["dinov2.encoder.layer.#.mlp.weights_out", "dinov2.encoder.layer.#.mlp.down_proj"]
        ),
    ]
}
