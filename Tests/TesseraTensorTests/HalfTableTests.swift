import TesseraTensor
import Testing

/// Tables in float16, which give back what they were made of, bit by bit.
@Suite struct HalfTableTests {
    private struct Damage: Error {}

    /// Every number of float16 that is finite, 64 a row: subnormal ones and both zeros among them.
    private let numbers = (UInt16.min...UInt16.max).map(float(ofHalf:)).filter(\.isFinite)
    private var tensor: Tensor { Tensor(shape: [numbers.count / 64, 64], numbers) }

    @Test func givesBackEveryNumber() throws {
        let (tensor, count) = (tensor, numbers.count / 64)
        let table = try #require(HalfTable(tensor.shape, rows: tensor.rows))
        #expect(table.shape == tensor.shape)
        #expect(table.rows(0..<count).values.map(\.bitPattern) == numbers.map(\.bitPattern))
        let indices = [count - 1, 0, 7, 7]
        #expect(table.gatheringRows(indices) == tensor.gatheringRows(indices))
    }

    /// Too precise, too large, too small, or none: in the first rows, and in the last.
    @Test(arguments: [1 + Float.ulpOfOne, 65520, 0x1p-25, .infinity, .nan], [0, 2000])
    func takesNoOtherNumber(_ number: Float, row: Int) {
        var tensor = Tensor(shape: [2001, 64], repeating: 1)
        tensor[row, 3] = number
        let whole = tensor
        let isHeld = HalfTable(whole.shape, rows: whole.rows) != nil
        #expect(!isHeld)
    }

    @Test func passesOnWhatReadingThrows() {
        let tensor = tensor
        #expect(throws: Damage.self) {
            _ = try HalfTable(tensor.shape) { rows throws(Damage) in
                guard rows.upperBound < tensor.shape[0] else { throw Damage() }
                return tensor.rows(rows)
            }
        }
    }

    /// A matrix that is packed as its rows are read multiplies as one that is packed whole.
    @Test(arguments: Precision.allCases) func rowsArePackedAsTheyAreRead(_ precision: Precision) {
        let weight = Tensor(shape: [515, 192], (0..<515 * 192).map { Float(($0 * 7919) % 1001) / 1001 - 0.5 })
        let x = weight.rows(3..<6)
        let packed = PackedMatrix(output: 515, input: 192, Packing(precision), rows: weight.rows)
        #expect(packed.multiply(x) == PackedMatrix(weight, precision: precision).multiply(x))
    }
}
