import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraTransformer

/// The Transformer of "Attention Is All You Need", assembled from the package's parts: tokens to tokens, with one embedding for
/// both sides and a head of its own.
struct ClassicTransformer: Layer {
    var encoder: Encoder
    /// Its embedding serves the encoder too.
    var decoder: TokenDecoder

    init(_ config: JSONObject) throws {
        var block = BlockConfiguration(
            hiddenSize: try config.integer("d_model", in: 1...4096), headCount: try config.integer("nhead", in: 1...64),
            intermediateSize: try config.integer("dim_feedforward", in: 1...16_384),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 0...1)))
        block.order = try config.boolean("norm_first", default: false) ? .pre : .post
        block.activation = try config.string("activation") == "relu" ? .relu : .gelu
        let hasFinalNorm = try config.boolean("final_norms", default: false)
        self.init(
            block, encoderLayerCount: try config.integer("num_encoder_layers", in: 1...64),
            decoderLayerCount: try config.integer("num_decoder_layers", in: 1...64),
            vocabularySize: try config.integer("vocab_size", in: 1...100_000), hasFinalNorm: hasFinalNorm)
    }

    init(
        _ block: BlockConfiguration, encoderLayerCount: Int, decoderLayerCount: Int, vocabularySize: Int,
        hasFinalNorm: Bool
    ) {
        encoder = Encoder(layerCount: encoderLayerCount, block, finalNorm: hasFinalNorm)
        var tokens = TokenDecoderConfiguration(
            block: block, layerCount: decoderLayerCount, vocabularySize: vocabularySize, contextLength: 1_024)
        tokens.positions = .sinusoidal
        tokens.hasFinalNorm = hasFinalNorm
        (tokens.isTied, tokens.hasHeadBias) = (false, true)
        tokens.embeddingScale = Float(block.hiddenSize).squareRoot()
        decoder = TokenDecoder(tokens)
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }

    struct Saved: Sendable {
        let source: [Int32]
        let shape: [Int]
        let encoder: Encoder.Saved
        let decoder: TokenDecoder.Saved
    }

    func forward(_ batch: TokenPairs, for gradient: ClassicTransformer? = nil) -> (logits: Tensor, saved: Saved) {
        let trainsEmbedding = gradient?.decoder.embedding.isWanted ?? true
        let trainsEncoder = trainsEmbedding || gradient?.encoder.isWanted ?? true
        let random = RandomGenerator(seed: 0)
        let (count, hidden) = (batch.count, decoder.embedding.weight.shape[1])
        var x = decoder.embedding(batch.source.flatMap(\.self)).reshaped([count, batch.source[0].count, hidden])
        x *= decoder.embeddingScale
        x.addToEachSequence(sinusoidalPositions(length: x.shape[1], hiddenSize: hidden))
        let (memory, encoderSaved) = encoder.forward(
            x, mask: AttentionMask(validKeys: batch.valid), for: gradient?.encoder, isInputTrained: trainsEmbedding,
            random: random)
        let (logits, decoderSaved) = decoder.forward(
            batch.inputs, sequences: count, memory: memory, validMemory: batch.valid, for: gradient?.decoder,
            isMemoryTrained: trainsEncoder, random: random)
        return (
            logits,
            Saved(
                source: batch.source.flatMap(\.self), shape: memory.shape, encoder: encoderSaved, decoder: decoderSaved)
        )
    }

    func backward(_ logitsGradient: Tensor, _ saved: Saved, into gradient: inout ClassicTransformer) {
        let trainsEncoder = gradient.decoder.embedding.isWanted || gradient.encoder.isWanted
        var memory: Tensor? = trainsEncoder ? Tensor(shape: saved.shape, repeating: 0) : nil
        decoder.backward(logitsGradient, saved.decoder, into: &gradient.decoder, memoryGradient: &memory)
        guard let memory, var x = encoder.backward(memory, saved.encoder, into: &gradient.encoder) else { return }
        x *= decoder.embeddingScale
        decoder.embedding.accumulate(
            x.reshaped([saved.source.count, saved.shape[2]]), ids: saved.source, into: &gradient.decoder.embedding)
    }

    /// PyTorch's names: `nn.Transformer` stacks the projections of queries, keys and values.
    static let names: TensorNames = {
        var rules: [(ours: String, sources: [TensorNames.Source])] = [
            ("decoder.embedding", ["embed"]), ("decoder.head", ["out"]),
            ("encoder.finalNorm", ["transformer.encoder.norm"]), ("decoder.finalNorm", ["transformer.decoder.norm"]),
        ]
        for (side, sublayers) in [
            ("encoder", [("attention", "self_attn", "norm1"), ("feedForward", "", "norm2")]),
            (
                "decoder",
                [
                    ("attention", "self_attn", "norm1"), ("crossAttention", "multihead_attn", "norm2"),
                    ("feedForward", "", "norm3"),
                ]
            ),
        ] {
            let (ours, theirs) = ("\(side).blocks.#.", "transformer.\(side).layers.#.")
            rules += [
                (ours + "feedForward.input", [.init(stringLiteral: theirs + "linear1")]),
                (ours + "feedForward.output", [.init(stringLiteral: theirs + "linear2")]),
            ]
            for (name, theirName, norm) in sublayers {
                rules.append((ours + name + "Norm", [.init(stringLiteral: theirs + norm)]))
                guard !theirName.isEmpty else { continue }
                rules.append((ours + name + ".output", [.init(stringLiteral: theirs + theirName + ".out_proj")]))
                for (part, projection) in ["query", "key", "value"].enumerated() {
                    for kind in ["weight", "bias"] {
                        rules.append(
                            (
                                "\(ours)\(name).\(projection).\(kind)",
                                [.init("\(theirs)\(theirName).in_proj_\(kind)", part: part, of: 3)]
                            ))
                    }
                }
            }
        }
        return TensorNames(rules: rules, ignored: [])
    }()
}

/// Sequences and what they become.
struct TokenPairs: TrainingBatch {
    /// `[batch][tokens]`
    var source, target: [[Int32]]
    /// Which tokens of the sources are not padding.
    var valid: [[Bool]]

    var count: Int { source.count }
    /// What the decoder is given: all but the last token of each target.
    var inputs: [Int32] { target.flatMap { $0.dropLast() } }
    /// What it should give: all but the first.
    var labels: [Int32] { target.flatMap { $0.dropFirst() } }

    func samples(_ range: Range<Int>) -> TokenPairs {
        TokenPairs(source: Array(source[range]), target: Array(target[range]), valid: Array(valid[range]))
    }
}

/// The label-smoothed cross-entropy of the tokens, averaged over a sequence.
struct Translation: TrainingObjective {
    let loss: CrossEntropy

    func accumulate(
        _ model: ClassicTransformer, _ batch: TokenPairs, scale: Float, random: RandomGenerator,
        into gradient: inout ClassicTransformer
    ) -> LossReport {
        let (logits, saved) = model.forward(batch, for: gradient)
        var (losses, logitsGradient) = loss(logits, labels: batch.labels)
        let tokens = batch.labels.count / batch.count
        logitsGradient *= scale / Float(tokens)
        model.backward(logitsGradient, saved, into: &gradient)
        return LossReport(lossSum: losses.reduce(0, +) / Double(tokens), sampleCount: batch.count)
    }

    func evaluate(_ model: ClassicTransformer, _ batch: TokenPairs) -> LossReport {
        let losses = loss(model.forward(batch).logits, labels: batch.labels).losses
        let tokens = batch.labels.count / batch.count
        return LossReport(lossSum: losses.reduce(0, +) / Double(tokens), sampleCount: batch.count)
    }
}
