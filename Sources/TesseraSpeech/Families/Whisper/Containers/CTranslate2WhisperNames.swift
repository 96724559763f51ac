internal import TesseraFiles
internal import TesseraTensor

/// What CTranslate2 calls the parameters of a Whisper and what the hub calls them. It joins the projections of queries, keys and values
/// that are multiplied with the same vectors into one matrix, whose rows are parted again.
struct CTranslate2WhisperNames {
    private let sizes: WhisperSizes

    init(_ sizes: WhisperSizes) { self.sizes = sizes }

    /// The variables that are parameters, under the hub's names; settings are left out.
    func renamed(_ file: CTranslate2File) -> RenamedTensors {
        RenamedTensors(Parameters(file), sources)
    }

    /// By the hub's names.
    private var sources: [(name: String, source: RenamedTensors.Source)] {
        let convolutions = ["conv1", "conv2"].flatMap { linear("encoder.\($0)", "encoder/\($0)") }
        let sides =
            side("encoder", layerCount: sizes.encoderLayerCount) + side("decoder", layerCount: sizes.decoderLayerCount)
        let table = ("decoder.embed_tokens.weight", RenamedTensors.Source("decoder/embeddings/weight"))
        return (convolutions + sides + [table]).map { ("model." + $0.name, $0.source) }
    }

    private typealias Sources = [(name: String, source: RenamedTensors.Source)]

    private func side(_ side: String, layerCount: Int) -> Sources {
        let whole: Sources =
            norm("\(side).layer_norm", "\(side)/layer_norm")
            + [("\(side).embed_positions.weight", .init("\(side)/position_encodings/encodings"))]
        return whole
            + (0..<layerCount).flatMap { layer("\(side).layers.\($0)", "\(side)/layer_\($0)", side == "decoder") }
    }

    private func layer(_ hub: String, _ ours: String, _ isDecoder: Bool) -> Sources {
        let attention: Sources =
            norm("\(hub).self_attn_layer_norm", "\(ours)/self_attention/layer_norm")
            + parts("\(hub).self_attn", ["q", "k", "v"], "\(ours)/self_attention/linear_0")
            + linear("\(hub).self_attn.out_proj", "\(ours)/self_attention/linear_1")
        let crossAttention: Sources =
            norm("\(hub).encoder_attn_layer_norm", "\(ours)/attention/layer_norm")
            + linear("\(hub).encoder_attn.q_proj", "\(ours)/attention/linear_0")
            + parts("\(hub).encoder_attn", ["k", "v"], "\(ours)/attention/linear_1")
            + linear("\(hub).encoder_attn.out_proj", "\(ours)/attention/linear_2")
        let feedForward: Sources =
            norm("\(hub).final_layer_norm", "\(ours)/ffn/layer_norm") + linear("\(hub).fc1", "\(ours)/ffn/linear_0")
            + linear("\(hub).fc2", "\(ours)/ffn/linear_1")
        return attention + (isDecoder ? crossAttention : []) + feedForward
    }

    private func norm(_ hub: String, _ ours: String) -> Sources {
        [(hub + ".weight", .init(ours + "/gamma")), (hub + ".bias", .init(ours + "/beta"))]
    }

    private func linear(_ hub: String, _ ours: String) -> Sources {
        ["weight", "bias"].map { ("\(hub).\($0)", .init("\(ours)/\($0)")) }
    }

    /// Keys have no bias in Whisper; that of the joined matrix is zero.
    private func parts(_ hub: String, _ parts: [String], _ ours: String) -> Sources {
        parts.enumerated().flatMap { index, part in
            let rows = index * sizes.hiddenSize..<(index + 1) * sizes.hiddenSize
            return ["weight", "bias"].filter { part != "k" || $0 == "weight" }.map { kind in
                ("\(hub).\(part)_proj.\(kind)", RenamedTensors.Source("\(ours)/\(kind)", rows: rows))
            }
        }
    }

    /// The variables that are parameters: single numbers, and what says where attention follows the words, are settings. The head is
    /// the table of tokens again.
    private struct Parameters: TensorContainer {
        let file: CTranslate2File
        let names: [String]
        var path: String { file.path }

        init(_ file: CTranslate2File) {
            self.file = file
            let isTied = file.isSame("decoder/projection/weight", "decoder/embeddings/weight")
            let settings = ["decoder/alignment_heads"] + (isTied ? ["decoder/projection/weight"] : [])
            names = file.names.filter { !settings.contains($0) && !(file.shape(of: $0) ?? []).isEmpty }
        }

        func shape(of name: String) -> [Int]? { file.shape(of: name) }
        func readsRows(of name: String) -> Bool { file.readsRows(of: name) }
        func readTensor(_ name: String) throws(FileError) -> Tensor { try file.readTensor(name) }
        func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
            try file.readTensor(name, rows: rows)
        }
        func readStored(_ name: String) throws(FileError) -> StoredTensor { try file.readStored(name) }
    }
}
