import TesseraLayers
import TesseraTensor
import Testing

@Suite struct LinearTests {
    /// The example in the documentation.
    @Test func mapsTheLastDimension() {
        let layer = Linear(weight: Tensor(shape: [2, 3], [1, 0, 0, 0, 1, 0]), bias: Tensor(shape: [2], [10, 20]))
        #expect(layer(Tensor(shape: [1, 3], [1, 2, 3])).values == [11, 22])
    }

    /// `residual + scale * activation(x Wᵀ + b)`: ReLU makes 11 and -22 into 11 and 0.
    @Test func activationScaleAndResidualFollowInThatOrder() {
        let layer = Linear(weight: Tensor(shape: [2, 1], [1, -2]), bias: Tensor(shape: [2], [10, -20]))
        let result = layer(
            Tensor(shape: [1, 1], [1]), activation: .relu, scale: Tensor(shape: [2], [2, 3]),
            addingTo: Tensor(shape: [1, 2], [100, 200]))
        #expect(result.values == [122, 200])
    }

    /// A layer that is made ready gives what the weights give: float32 exactly, bfloat16 to its 8 bits, int8 to its 7 and more.
    @Test(arguments: [(Precision.float32, Float(0)), (.bfloat16, 0.02), (.int8, 0.04)])
    func packedWeightsGiveTheSame(precision: Precision, tolerance: Float) {
        let weight = Tensor(shape: [200, 150], (0..<30_000).map { Float(($0 * 7919) % 2003) / 1001 - 1 })
        let x = Tensor(shape: [4, 5, 150], (0..<3_000).map { Float(($0 * 104_729) % 1999) / 1000 - 1 })
        let exact = Linear(weight: weight, bias: nil)
        let packed = Trainable(Linear(dense: weight, bias: nil)).ready(precision)
        let (expected, actual) = (exact(x).values, packed(x).values)
        let largest = expected.map(abs).max()!
        #expect(zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance * largest })
        #expect(packed(x).shape == [4, 5, 200])
    }
}
