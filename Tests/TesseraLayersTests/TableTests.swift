import TesseraLayers
import TesseraTensor
import TestSupport
import Testing

/// The tables of embeddings.
@Suite struct TableTests {
    /// The table of a tied head is the head's matrix: as it was in float32, rounded as the matrix is in others.
    @Test(arguments: [(Precision.float32, Float(0)), (.bfloat16, 1.0 / 256), (.int8, 1.0 / 60)])
    func tiedHeadsAreHeldOnce(precision: Precision, tolerance: Float) throws {
        var random = RandomGenerator(seed: 3)
        let (vocabulary, hidden) = (300, 160)
        let tensor = Tensor(
            shape: [vocabulary, hidden], (0..<vocabulary * hidden).map { _ in random.nextUniform() - 0.5 })
        let table = try #require(Table(PackedMatrix(tensor, MatrixPlan(backEnd: .panels, precision: precision))))
        #expect(table.shape == tensor.shape)
        let rows = [299, 0, 17, 17]
        for (found, expected) in [
            (table.gatheringRows(rows), tensor.gatheringRows(rows)), (table.rows(31..<66), tensor.rows(31..<66)),
            (table.dense, tensor),
        ] {
            #expect(found.shape == expected.shape)
            #expect(zip(found.values, expected.values).allSatisfy { abs($0 - $1) <= tolerance * 0.5 })
        }
    }

    /// What another library packed has no rows to give.
    @Test(.enabled(if: OpenBLAS.shared != nil)) func otherLibrariesMatricesAreNoTables() {
        let tensor = Tensor(shape: [4, 2], repeating: 1)
        #expect(Table(PackedMatrix(tensor, MatrixPlan(backEnd: .openBLAS, precision: .float32))) == nil)
    }
}
