internal import TesseraFiles
internal import TesseraLayers

/// What checkpoints call the parameters of a SegFormer: as the hub does, or as transformers has them in memory from its version 5 on.
struct SegFormerNames {
    /// Whether names are those of transformers 5.
    let isNew: Bool

    init(isNew: Bool) { self.isNew = isNew }

    /// The names that a checkpoint has.
    init(_ checkpoint: Checkpoint) {
        isNew = checkpoint.contains(SegFormerNames(isNew: true).patches(of: "0") + ".proj.weight")
    }

    /// What the names of the patches of a stage begin with.
    private func patches(of stage: String) -> String {
        isNew ? "segformer.stages.\(stage).patch_embeddings" : "segformer.encoder.patch_embeddings.\(stage)"
    }

    /// What the names of a block begin with.
    private func block(_ block: String, of stage: String) -> String {
        isNew ? "segformer.stages.\(stage).blocks.\(block)" : "segformer.encoder.block.\(stage).\(block)"
    }

    /// Where a block has the convolution that makes keys and values fewer.
    private var reduction: (convolution: String, norm: String) {
        let new = "attention.sequence_reduction."
        return isNew
            ? (new + "sequence_reduction", new + "layer_norm") : ("attention.self.sr", "attention.self.layer_norm")
    }

    /// The linear map of a stage in the head.
    func projection(_ stage: String) -> String {
        isNew ? "decode_head.linear_projections.\(stage).proj" : "decode_head.linear_c.\(stage).proj"
    }

    /// The map of all stages' cells together, and the normalisation behind it.
    let fusion = "decode_head.linear_fuse", fusionNorm = "decode_head.batch_norm"

    /// All convolutions of a network, but those that keep channels apart.
    func places(of network: SegFormerNetwork) -> [ConvolutionPlace] {
        var places = [ConvolutionPlace(ours: "fusion", convolution: fusion, norm: fusionNorm, side: 1)]
        for (stage, layers) in network.stages.enumerated() {
            places.append(
                ConvolutionPlace(
                    ours: "patches", convolution: patches(of: "\(stage)") + ".proj", norm: nil,
                    side: layers.patches.side))
            for (index, block) in layers.blocks.enumerated() {
                guard let reduction = block.reduction else { continue }
                let name = "\(self.block("\(index)", of: "\(stage)")).\(self.reduction.convolution)"
                places.append(
                    ConvolutionPlace(
                        ours: "reduction", convolution: name, norm: nil, side: reduction.convolution.side))
            }
        }
        return places
    }

    /// What the parameters are called once the maps of the head are merged.
    var tensors: TensorNames {
        let block = "stages.#.blocks.#."
        func rule(_ ours: String, _ old: String, _ new: String) -> NameRule {
            (block + ours, [.init("\(self.block("#", of: "#")).\(isNew ? new : old)")])
        }
        return TensorNames(
            rules: [
                ("stages.#.patches.projection", [.init(patches(of: "#") + ".proj")]),
                ("stages.#.patchNorm", [.init(patches(of: "#") + ".layer_norm")]),
                rule("attentionNorm", "layer_norm_1", "layernorm_before"),
                rule("reduction.convolution.projection", reduction.convolution, reduction.convolution),
                rule("reduction.norm", reduction.norm, reduction.norm),
                rule("attention.query", "attention.self.query", "attention.q_proj"),
                rule("attention.key", "attention.self.key", "attention.k_proj"),
                rule("attention.value", "attention.self.value", "attention.v_proj"),
                rule("attention.output", "attention.output.dense", "attention.o_proj"),
                rule("feedForwardNorm", "layer_norm_2", "layernorm_after"),
                rule("feedForward.input", "mlp.dense1", "mlp.fc1"),
                rule("feedForward.convolution", "mlp.dwconv.dwconv", "mlp.dwconv.dwconv"),
                rule("feedForward.output", "mlp.dense2", "mlp.fc2"),
                ("stages.#.norm", [.init(isNew ? "segformer.stages.#.layer_norm" : "segformer.encoder.layer_norm.#")]),
                ("head.projections.#.projection", [.init(projection("#"))]),
                ("head.classifier", ["decode_head.classifier"]),
            ],
            ignored: [])
    }
}
