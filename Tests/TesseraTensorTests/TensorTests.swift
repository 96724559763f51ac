import TesseraTensor
import Testing

@Suite struct TensorTests {
    @Test func copiesAreIndependent() {
        let original = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])
        var copy = original
        copy[1, 2] = 9
        #expect(original[1, 2] == 6)
        #expect(copy.values == [1, 2, 3, 4, 5, 9])
    }

    @Test func reshapingKeepsTheElements() {
        let tensor = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]).reshaped([3, 2])
        #expect(tensor[2, 0] == 5)
    }
}
