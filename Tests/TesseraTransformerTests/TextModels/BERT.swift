import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer

/// A classifier of text: BERT (Devlin et al., 2019), `transformers.BertForSequenceClassification`. It is an encoder that stands
/// alone, with normalisation after each residual sum.
struct BERT: Layer {
    var words, positions, segments: Embedding
    var norm: Normalization
    var encoder: Encoder
    var pooler, classifier: Linear

    init(folder: String) throws(FileError) {
        try self.init(try JSONObject.read(folder + "/config.json"))
        try load(from: try Checkpoint(folder: folder), names: BERT.names) { _ in .float32 }
    }

    private init(_ config: JSONObject) throws(FileError) {
        let hidden = try config.integer("hidden_size", in: 1...65_536)
        let epsilon = Float(try config.number("layer_norm_eps", in: 0...1, default: 1e-12))
        func table(_ key: String) throws(FileError) -> Embedding {
            Embedding(vocabularySize: try config.integer(key, in: 1...10_000_000), hiddenSize: hidden)
        }
        words = try table("vocab_size")
        positions = try table("max_position_embeddings")
        segments = try table("type_vocab_size")
        norm = Normalization(.layerNorm, size: hidden, epsilon: epsilon)
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: try config.integer("num_attention_heads", in: 1...1_024),
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576),
            normalizationEpsilon: epsilon)
        block.order = .post
        block.activation = try config.activation("hidden_act", default: "gelu")
        encoder = Encoder(
            layerCount: try config.integer("num_hidden_layers", in: 1...1_024), block, finalNorm: false)
        pooler = Linear(input: hidden, output: hidden)
        classifier = Linear(input: hidden, output: try config.object("id2label")?.members.count ?? 2)
    }

    /// - Parameter ids: `[batch][tokens]`, as many in each row.
    /// - Returns: `[batch, labels]`
    func callAsFunction(_ ids: [[Int32]], mask: [[Bool]]) -> Tensor {
        let (batch, tokens) = (ids.count, ids[0].count)
        var x = words(ids.flatMap(\.self))
        x += positions((0..<batch).flatMap { _ in (0..<tokens).map(Int32.init) })
        x += segments([Int32](repeating: 0, count: batch * tokens))
        let hidden = x.shape[1]
        let states = encoder(norm(x).reshaped([batch, tokens, hidden]), mask: AttentionMask(validKeys: mask))
        return classifier(pooler(states.token(0), activation: .tanh))
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("words", &words)
        try visitor.visit("positions", &positions)
        try visitor.visit("segments", &segments)
        try visitor.visit("norm", &norm)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("pooler", &pooler)
        try visitor.visit("classifier", &classifier, as: .head)
    }

    private static let names = TensorNames(
        rules: [
            ("words", ["bert.embeddings.word_embeddings"]), ("positions", ["bert.embeddings.position_embeddings"]),
            ("segments", ["bert.embeddings.token_type_embeddings"]), ("norm", ["bert.embeddings.LayerNorm"]),
            ("encoder.blocks.#.attention.query", ["bert.encoder.layer.#.attention.self.query"]),
            ("encoder.blocks.#.attention.key", ["bert.encoder.layer.#.attention.self.key"]),
            ("encoder.blocks.#.attention.value", ["bert.encoder.layer.#.attention.self.value"]),
            ("encoder.blocks.#.attention.output", ["bert.encoder.layer.#.attention.output.dense"]),
            ("encoder.blocks.#.attentionNorm", ["bert.encoder.layer.#.attention.output.LayerNorm"]),
            ("encoder.blocks.#.feedForward.input", ["bert.encoder.layer.#.intermediate.dense"]),
            ("encoder.blocks.#.feedForward.output", ["bert.encoder.layer.#.output.dense"]),
            ("encoder.blocks.#.feedForwardNorm", ["bert.encoder.layer.#.output.LayerNorm"]),
            ("pooler", ["bert.pooler.dense"]),
        ], ignored: ["bert.embeddings.position_ids"])
}
