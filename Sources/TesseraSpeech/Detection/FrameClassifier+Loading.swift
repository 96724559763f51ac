public import TesseraFiles
public import TesseraLayers
public import TesseraTransformer

extension FrameClassifier: PublishedFamily {
    public static let modelType = "speech-detector"
    public static let architectures = ["FrameClassifier"]

    public static func network(_ config: JSONObject) throws(FileError) -> FrameClassifier {
        FrameClassifier(try FrameClassifierConfiguration(config))
    }

    public static func names(of network: FrameClassifier) -> TensorNames {
        TensorNames(
            rules: [
                ("frameEmbedding", ["embeddings.frames"]), ("positions", ["embeddings.positions"]),
                ("encoder.blocks.#.attention.query", ["encoder.layer.#.attention.query"]),
                ("encoder.blocks.#.attention.key", ["encoder.layer.#.attention.key"]),
                ("encoder.blocks.#.attention.value", ["encoder.layer.#.attention.value"]),
                ("encoder.blocks.#.attention.output", ["encoder.layer.#.attention.output"]),
                ("encoder.blocks.#.attentionNorm", ["encoder.layer.#.layernorm_before"]),
                ("encoder.blocks.#.feedForwardNorm", ["encoder.layer.#.layernorm_after"]),
                ("encoder.blocks.#.feedForward.input", ["encoder.layer.#.intermediate"]),
                ("encoder.blocks.#.feedForward.output", ["encoder.layer.#.output"]),
                ("encoder.finalNorm", ["encoder.layernorm"]), ("head", ["classifier"]),
            ], ignored: [])
    }
}
