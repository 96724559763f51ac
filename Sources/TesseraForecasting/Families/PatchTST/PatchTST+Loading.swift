public import TesseraFiles
public import TesseraLayers
public import TesseraTransformer

extension PatchTST: PublishedFamily {
    public static let modelType = "patchtst"
    public static let architectures = ["PatchTSTForPrediction"]

    public static func network(_ config: JSONObject) throws(FileError) -> PatchTST {
        PatchTST(try PatchTSTConfiguration(config))
    }

    public static func names(of network: PatchTST) -> TensorNames { network.configuration.names }

    public static func checkpointShape(of name: String, _ shape: [Int], in network: PatchTST) -> [Int] {
        name == "classToken" ? [1, 1, 1] + shape : shape
    }
}

extension PatchTSTConfiguration {
    /// What checkpoints call the parameters.
    var names: TensorNames {
        let layer = "model.encoder.layers.#."
        let norm = block.normalization == .batchNorm ? ".batchnorm" : ""
        let blocks = [
            ("attention.query", "self_attn.q_proj"), ("attention.key", "self_attn.k_proj"),
            ("attention.value", "self_attn.v_proj"), ("attention.output", "self_attn.out_proj"),
            ("attentionNorm.statistics.mean", "norm_sublayer1.batchnorm.running_mean"),
            ("attentionNorm.statistics.variance", "norm_sublayer1.batchnorm.running_var"),
            ("attentionNorm", "norm_sublayer1" + norm),
            ("feedForwardNorm.statistics.mean", "norm_sublayer3.batchnorm.running_mean"),
            ("feedForwardNorm.statistics.variance", "norm_sublayer3.batchnorm.running_var"),
            ("feedForwardNorm", "norm_sublayer3" + norm),
            ("feedForward.input", "ff.0"), ("feedForward.output", "ff.3"),
        ]
        let others = [
            ("patchEmbedding", "model.encoder.embedder.input_embedding"),
            ("classToken", "model.encoder.positional_encoder.cls_token"),
            ("positions", "model.encoder.positional_encoder.position_enc"), ("head", "head.projection"),
        ]
        return TensorNames(
            rules: blocks.map { ("encoder.blocks.#." + $0, [.init(layer + $1)]) } + others.map { ($0, [.init($1)]) },
            ignored: ["norm_sublayer1", "norm_sublayer3"].map { layer + $0 + ".batchnorm.num_batches_tracked" })
    }
}
