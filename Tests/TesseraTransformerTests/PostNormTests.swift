import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// The encoder with normalisation after each residual sum and a mask over padding: BERT, assembled from the package's parts
/// and compared with transformers.
@Suite struct PostNormTests {
    struct TextClassifier: Layer {
        var words, positions, segments: Embedding
        var norm: Normalization
        var encoder: Encoder
        var pooler, classifier: Linear

        init(_ config: JSONObject, labelCount: Int) throws {
            let hidden = try config.integer("hidden_size", in: 1...4096)
            let epsilon = Float(try config.number("layer_norm_eps", in: 0...1))
            func table(_ key: String) throws -> Embedding {
                Embedding(weight: Tensor(unloaded: [try config.integer(key, in: 1...100_000), hidden]))
            }
            words = try table("vocab_size")
            positions = try table("max_position_embeddings")
            segments = try table("type_vocab_size")
            norm = Normalization(.layerNorm, unloadedSize: hidden, epsilon: epsilon)
            var block = BlockConfiguration(
                hiddenSize: hidden, headCount: try config.integer("num_attention_heads", in: 1...64),
                intermediateSize: try config.integer("intermediate_size", in: 1...16_384), normalizationEpsilon: epsilon
            )
            block.order = .post
            encoder = Encoder(
                layerCount: try config.integer("num_hidden_layers", in: 1...64), block, finalNorm: false)
            pooler = Linear(unloadedInput: hidden, output: hidden)
            classifier = Linear(unloadedInput: hidden, output: labelCount)
        }

        mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
            try visitor.visit("words", &words)
            try visitor.visit("positions", &positions)
            try visitor.visit("segments", &segments)
            try visitor.visit("norm", &norm)
            try visitor.visit("encoder", &encoder)
            try visitor.visit("pooler", &pooler)
            try visitor.visit("classifier", &classifier)
        }

        /// - Parameter ids: `[batch][tokens]`
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
    }

    static let names = TensorNames(
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

    /// ≤ 1e-4 of the largest logit: the order of float32 sums.
    @Test func bertEqualsTheReference() throws {
        let reference = try Safetensors(Fixtures.path("bert/reference.safetensors"))
        let expected = try reference.readTensor("logits")
        var model = try TextClassifier(
            try JSONObject.read(Fixtures.path("bert/config.json")), labelCount: expected.shape[1])
        try model.load(from: try Checkpoint(folder: Fixtures.path("bert")), names: Self.names) { _ in .float32 }
        let tokens = reference.shape(of: "input_ids")![1]
        func rows<Value>(_ values: [Value]) -> [[Value]] {
            stride(from: 0, to: values.count, by: tokens).map { Array(values[$0..<$0 + tokens]) }
        }
        let ids = rows(try reference.readIntegers("input_ids").map(Int32.init))
        let mask = rows(try reference.readIntegers("attention_mask").map { $0 != 0 })
        #expect(relativeError(model(ids, mask: mask), expected) <= 1e-4)
    }
}
