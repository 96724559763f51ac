import TesseraFiles
import TesseraLayers
import TesseraTensor
import TestSupport
import Testing

@Suite struct LoadingTests {
    static let names = TensorNames(
        rules: [("query", ["model.attention.q"]), ("key", [.init("model.attention.kv", part: 0, of: 2)])],
        ignored: ["model.pooler", "model.layer.#.position_ids"])

    struct Pair: Layer {
        var query = Linear(dense: Tensor(shape: [2, 3], repeating: 0), bias: Tensor(shape: [2], repeating: 0))
        var key = Linear(dense: Tensor(shape: [2, 3], repeating: 0), bias: nil)

        mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
            try visitor.visit("query", &query)
            try visitor.visit("key", &key)
        }
    }

    private func checkpoint(_ tensors: [(String, [Int])]) throws -> Checkpoint {
        let folder = TemporaryFolder()
        let contents = tensors.map { name, shape in
            (name: name, tensor: Tensor(shape: shape, (0..<shape.reduce(1, *)).map(Float.init)))
        }
        try Safetensors.write(contents, metadata: [], to: folder.file("model.safetensors"))
        return try Checkpoint(folder: folder.path)
    }

    @Test func namesAreTranslatedAndStackedTensorsDivided() throws {
        let weights = try checkpoint([
            ("model.attention.q.weight", [2, 3]), ("model.attention.q.bias", [1, 2]),
            ("model.attention.kv.weight", [4, 3]),
            ("model.pooler.dense.weight", [3]), ("model.layer.11.position_ids", [1, 5]),
        ])
        let pair = try Trainable(loading: Pair(), from: weights, names: Self.names)
        let (query, key) = try matrices(pair)
        #expect(query.values == [0, 1, 2, 3, 4, 5] && key.values == [0, 1, 2, 3, 4, 5])
        #expect(pair.layers.query.bias?.values == [0, 1])
        #expect(pair.parameterCount == 14)
    }

    private func matrices(_ pair: Trainable<Pair>) throws -> (query: Tensor, key: Tensor) {
        guard case .dense(let query) = pair.layers.query.weight.form, case .dense(let key) = pair.layers.key.weight.form
        else { throw FileError(.badData, path: "", cause: "a model to be trained has dense weights") }
        return (query, key)
    }

    /// GPT-2's matrices lie as `[input, output]`, its queries and keys side by side; vectors are joined end to end.
    @Test func transposedTensorsAreReadAndWritten() throws {
        let names = TensorNames(
            rules: [
                ("query", [.init("attention", part: 0, of: 2, isTransposed: true)]),
                ("key", [.init("attention", part: 1, of: 2, isTransposed: true)]),
            ], ignored: [])
        var pair = Pair()
        pair.key.bias = pair.query.bias
        let weights = try checkpoint([("attention.weight", [3, 4]), ("attention.bias", [4])])
        let loaded = try Trainable(loading: pair, from: weights, names: names)
        let (query, key) = try matrices(loaded)
        #expect(query.values == [0, 4, 8, 1, 5, 9] && key.values == [2, 6, 10, 3, 7, 11])
        #expect(loaded.layers.query.bias?.values == [0, 1] && loaded.layers.key.bias?.values == [2, 3])
        let written = loaded.checkpointTensors(names: names) { $1 }
        #expect(written.map(\.name) == ["attention.weight", "attention.bias"])
        #expect(written.map(\.tensor.shape) == [[3, 4], [4]])
        #expect(written.map(\.tensor.values) == [(0..<12).map(Float.init), [0, 1, 2, 3]])
    }

    /// GPT-NeoX has queries and keys of each head, here of one row, one after the other.
    @Test func partsThatLieInGroupsAreReadAndWritten() throws {
        let names = TensorNames(
            rules: [
                ("query", [.init("attention", part: 0, of: 2, inGroups: 2)]),
                ("key", [.init("attention", part: 1, of: 2, inGroups: 2)]),
            ], ignored: [])
        var pair = Pair()
        pair.key.bias = pair.query.bias
        let weights = try checkpoint([("attention.weight", [4, 3]), ("attention.bias", [4])])
        let loaded = try Trainable(loading: pair, from: weights, names: names)
        let (query, key) = try matrices(loaded)
        #expect(query.values == [0, 1, 2, 6, 7, 8] && key.values == [3, 4, 5, 9, 10, 11])
        #expect(loaded.layers.query.bias?.values == [0, 2] && loaded.layers.key.bias?.values == [1, 3])
        let written = loaded.checkpointTensors(names: names) { $1 }
        #expect(written.map(\.name) == ["attention.weight", "attention.bias"])
        #expect(written.map(\.tensor.shape) == [[4, 3], [4]])
        #expect(written.map(\.tensor.values) == [(0..<12).map(Float.init), [0, 1, 2, 3]])
    }

    @Test func transposedTensorsOfAnotherShapeAreReported() throws {
        let names = TensorNames(rules: [("query", [.init("attention", isTransposed: true)])], ignored: [])
        let weights = try checkpoint([
            ("attention.weight", [2, 3]), ("attention.bias", [2]), ("key.weight", [2, 3]),
        ])
        let error = try #require(throws: FileError.self) {
            try Trainable(loading: Pair(), from: weights, names: names)
        }
        #expect(error.description.contains("attention.weight is [2, 3] instead of [3, 2]"))
    }

    @Test func everythingThatDoesNotFitIsReportedAtOnce() throws {
        let weights = try checkpoint([
            ("model.attention.q.weight", [3, 3]), ("model.attention.kv.weight", [4, 3]), ("extra.one", [1]),
            ("extra.two", [1]),
        ])
        var pair = Pair()
        let error = try #require(throws: FileError.self) {
            try pair.load(from: weights, names: Self.names) { _ in .float32 }
        }
        for part in [
            "model.attention.q.bias", "extra.one, extra.two", "model.attention.q.weight is [3, 3] instead of [2, 3]",
        ] {
            #expect(error.description.contains(part))
        }
        #expect(error.kind == .badData)
        #expect(pair.query.bias?.values == [0, 0], "the layer is as it was")
    }

    /// A wrong prefix makes every name wrong: the line stays one that can be read.
    @Test(arguments: [
        (6, "extra.0, extra.1, extra.2, extra.3, extra.4, extra.5"), (7, "extra.4 and 2 more"),
        (300, "extra.4 and 295 more"),
    ])
    func longListsAreCutAndCounted(_ count: Int, _ expected: String) throws {
        let weights = try checkpoint((0..<count).map { ("extra.\($0)", [1]) })
        var pair = Pair()
        let error = try #require(throws: FileError.self) {
            try pair.load(from: weights, names: Self.names) { _ in nil }
        }
        #expect(error.cause.contains("3 tensors missing: "))
        #expect(error.cause.contains("\(count) tensors unexpected: extra.0, ") && error.cause.contains(expected))
        #expect(error.cause.utf8.count < 300)
    }
}
