import CTesseraOneDNN
import Testing

@Suite struct EdgeTests {
    /// Neighbouring products of the largest codes add up to more than 16 bits hold: processors without VNNI saturate.
    @Test func int8DoesNotSaturate() throws {
        let matrix = try #require(
            PackedMatrix(
                precision: TESSERA_ONEDNN_INT8, input: 512, output: 3,
                weight: [Float](repeating: 1, count: 512) + [Float](repeating: -1, count: 512)
                    + (0..<512).map { $0 % 2 == 0 ? 1 : -1 }, bias: nil))
        let x = [Float](repeating: 1, count: 512)
        let y = try #require(matrix.multiply(x, rows: 1, activation: TESSERA_ONEDNN_IDENTITY))
        #expect(largestError(y, [512, -512, 0]) < 1e-6)
    }

    @Test func rowsOfZerosGiveTheBias() throws {
        for precision in Precision.available {
            let matrix = try #require(
                PackedMatrix(
                    precision: precision.value, input: 40, output: 2, weight: [Float](repeating: 0, count: 80),
                    bias: [3, -4]))
            let x = [Float](repeating: 0, count: 80)
            #expect(matrix.multiply(x, rows: 2, activation: TESSERA_ONEDNN_IDENTITY) == [3, -4, 3, -4])
        }
    }

    @Test(arguments: Precision.available, [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteStaysVisible(precision: Precision, value: Float) throws {
        let problem = LinearProblem(rows: 3, input: 40, output: 5)
        let matrix = try #require(problem.packed(precision.value))
        var x = problem.x
        x[45] = value
        let y = try #require(matrix.multiply(x, rows: 3, activation: TESSERA_ONEDNN_IDENTITY))
        #expect(y[5..<10].allSatisfy { !$0.isFinite })
        #expect(y[..<5].allSatisfy(\.isFinite) && y[10...].allSatisfy(\.isFinite))
    }

    @Test func int8RefusesWeightsThatAreNotFinite() {
        for value in [Float.nan, .infinity] {
            var weight = [Float](repeating: 1, count: 40)
            weight[17] = value
            let matrix = PackedMatrix(
                precision: TESSERA_ONEDNN_INT8, input: 20, output: 2, weight: weight, bias: nil)
            #expect(matrix == nil)
        }
    }

    @Test(arguments: [(0, 1), (1, 0), (-1, 4), (Int64.max, 2), (Int64.max / 8, 3)] as [(Int64, Int64)])
    func sizesAreChecked(input: Int64, output: Int64) {
        var result: OpaquePointer?
        let weight: [Float] = [1]
        let status = tessera_onednn_matrix_create(TESSERA_ONEDNN_F32, input, output, weight, &result)
        #expect(status == TESSERA_ONEDNN_INVALID_ARGUMENT && result == nil)
    }

    @Test func int8RefusesSumsThatCouldOverflow() {
        var result: OpaquePointer?
        let weight: [Float] = [1]
        let status = tessera_onednn_matrix_create(TESSERA_ONEDNN_INT8, 65_537, 1, weight, &result)
        #expect(status == TESSERA_ONEDNN_INVALID_ARGUMENT)
    }

    @Test func stridesAreChecked() throws {
        let problem = LinearProblem(rows: 1, input: 4, output: 3)
        let matrix = try #require(problem.packed(TESSERA_ONEDNN_F32))
        var y = [Float](repeating: 0, count: 3)
        let wrong: [(Int64, Int64, Int64)] = [(1, 3, 3), (1, 4, 2), (-1, 4, 3), (Int64.max / 2, 4, 3)]
        for (rows, xStride, yStride) in wrong {
            let status = tessera_onednn_multiply(
                matrix.matrix, rows, problem.x, xStride, nil, TESSERA_ONEDNN_IDENTITY, &y, yStride)
            #expect(status == TESSERA_ONEDNN_INVALID_ARGUMENT)
        }
    }

    @Test func noRowsAreNoWork() throws {
        let problem = LinearProblem(rows: 1, input: 4, output: 3)
        let matrix = try #require(problem.packed(TESSERA_ONEDNN_F32))
        var y: [Float] = [5, 5, 5]
        let status = tessera_onednn_multiply(matrix.matrix, 0, problem.x, 4, nil, TESSERA_ONEDNN_IDENTITY, &y, 3)
        #expect(status == TESSERA_ONEDNN_SUCCESS && y == [5, 5, 5])
    }

    @Test func bytesCountWhatIsPacked() throws {
        let problem = LinearProblem(rows: 1, input: 128, output: 256)
        for (precision, size) in [(TESSERA_ONEDNN_F32, 4), (TESSERA_ONEDNN_BF16, 2), (TESSERA_ONEDNN_INT8, 1)] {
            guard let matrix = problem.packed(precision) else { continue }
            let bytes = tessera_onednn_matrix_bytes(matrix.matrix)
            #expect(bytes >= 128 * 256 * size + 256 * 4 && bytes <= 128 * 256 * size + 256 * 16)
        }
    }
}
