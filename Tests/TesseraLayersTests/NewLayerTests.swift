import TesseraLayers
import TesseraTensor
import Testing

/// Layers that are made of their sizes, and get their first numbers from a seed.
@Suite struct NewLayerTests {
    private static func new<L: Layer>(_ layer: L, seed: UInt64 = 1) -> Trainable<L> {
        Trainable(initializing: layer, deviation: 0.1, random: RandomGenerator(seed: seed))
    }

    private static let tokens = Tensor(shape: [2, 3, 8], (0..<48).map { Float($0 % 7) - 3 })

    @Test(arguments: [(true, 8 * 5 + 5), (false, 8 * 5)])
    func linear(bias: Bool, count: Int) {
        let layer = Self.new(Linear(input: 8, output: 5, bias: bias))
        #expect(layer.parameterCount == count)
        #expect(layer.ready()(Self.tokens).shape == [2, 3, 5])
    }

    @Test func embedding() {
        let layer = Self.new(Embedding(vocabularySize: 7, hiddenSize: 4))
        #expect(layer.parameterCount == 7 * 4)
        #expect(layer.ready()([0, 6, 0]).shape == [3, 4])
    }

    @Test(arguments: [(Normalization.Kind.layerNorm, 16), (.rootMeanSquare, 8)])
    func normalization(kind: Normalization.Kind, count: Int) {
        let layer = Self.new(Normalization(kind, size: 8))
        #expect(layer.parameterCount == count)
        #expect(layer.ready()(Self.tokens).shape == Self.tokens.shape)
    }

    @Test(arguments: [
        (false, true, 8 * 12 * 2 + 12 + 8), (true, true, 8 * 12 * 3 + 12 * 2 + 8), (true, false, 8 * 12 * 3),
    ])
    func feedForward(gated: Bool, bias: Bool, count: Int) {
        let layer = Self.new(
            FeedForward(hiddenSize: 8, intermediateSize: 12, activation: .gelu, gated: gated, bias: bias))
        #expect(layer.parameterCount == count)
        #expect(layer.ready()(Self.tokens).shape == Self.tokens.shape)
    }

    /// Four maps; where heads are wider than hidden / heads, three to their width and one back.
    @Test(arguments: [(nil, 2, 4 * 8 * 8 + 4 * 8), (12, 3, 4 * 8 * 12 + 3 * 12 + 8), (8, 8, 4 * 8 * 8 + 4 * 8)])
    func attention(innerSize: Int?, headCount: Int, count: Int) {
        let layer = Self.new(MultiHeadAttention(hiddenSize: 8, headCount: headCount, innerSize: innerSize))
        #expect(layer.parameterCount == count)
        let attention = layer.ready()
        #expect(attention(Self.tokens).shape == Self.tokens.shape)
        let memory = Tensor(shape: [2, 5, 8], repeating: 1)
        #expect(attention(Self.tokens, memory: memory).shape == Self.tokens.shape)
        #expect(attention.probabilities(Self.tokens, memory: memory).shape == [2, headCount, 3, 5])
    }

    /// Matrices are cut at two deviations and have about the deviation that was asked for, norms are 1, and all that is added 0.
    @Test func firstValuesComeFromTheSeed() throws {
        func parameters(seed: UInt64) -> Parameters {
            var model = Self.new(Block(), seed: seed)
            return model.takeParameters()
        }
        let (found, again, other) = (parameters(seed: 1), parameters(seed: 1), parameters(seed: 2))
        #expect(!found.names.isEmpty && found.tensors == again.tensors)
        for (index, name) in found.names.enumerated() {
            let values = found.tensors[index].values
            if name.hasSuffix("bias") {
                #expect(values.allSatisfy { $0 == 0 }, "\(name)")
            } else if name == "norm.weight" {
                #expect(values.allSatisfy { $0 == 1 })
            } else {
                #expect(values.allSatisfy { abs($0) <= 0.2 } && found.tensors[index] != other.tensors[index], "\(name)")
                // 0.88 of it are left of a normal distribution that is cut there; the mean of 4,096 squares is known to 3 %.
                let deviation = (found.tensors[index].sumOfSquares() / Double(values.count)).squareRoot()
                #expect(abs(deviation - 0.088) < 0.008, "\(name)")
            }
        }
    }

    private struct Block: Layer {
        var norm = Normalization(.layerNorm, size: 64)
        var attention = MultiHeadAttention(hiddenSize: 64, headCount: 4)
        var table = Embedding(vocabularySize: 64, hiddenSize: 64)

        mutating func visitParameters<Visitor: ParameterVisitor>(
            _ visitor: inout Visitor
        ) throws(Visitor.Failure) {
            try visitor.visit("norm", &norm)
            try visitor.visit("attention", &attention)
            try visitor.visit("table", &table)
        }
    }
}

#if compiler(>=6.2)  // of which exit tests are a part
/// Sizes of which no layer can be made are programmers' mistakes.
@Suite struct LayerSizeTests {
    @Test func headsDivideTheirWidth() async {
        await #expect(processExitsWith: .failure) { _ = MultiHeadAttention(hiddenSize: 8, headCount: 3) }
        await #expect(processExitsWith: .failure) { _ = MultiHeadAttention(hiddenSize: 8, headCount: 0) }
        await #expect(processExitsWith: .failure) { _ = MultiHeadAttention(hiddenSize: 8, headCount: 4, innerSize: 6) }
    }

    @Test func sizesAreOneAndMore() async {
        await #expect(processExitsWith: .failure) { _ = Linear(input: 0, output: 4) }
        await #expect(processExitsWith: .failure) { _ = Embedding(vocabularySize: 4, hiddenSize: -1) }
        await #expect(processExitsWith: .failure) { _ = Normalization(.layerNorm, size: 0) }
        await #expect(processExitsWith: .failure) {
            _ = FeedForward(hiddenSize: 4, intermediateSize: 0, activation: .relu)
        }
    }
}
#endif
