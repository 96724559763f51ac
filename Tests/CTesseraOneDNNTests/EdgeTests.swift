import CTesseraOneDNN
import Testing

@Suite struct EdgeTests {
    @Test(arguments: [(0, 1), (1, 0), (-1, 4), (Int64.max, 2), (Int64.max / 8, 3)] as [(Int64, Int64)])
    func sizesAreChecked(input: Int64, output: Int64) {
        var result: OpaquePointer?
        let status = tessera_onednn_matrix_create(TESSERA_ONEDNN_F32, input, output, &result)
        #expect(status == TESSERA_ONEDNN_INVALID_ARGUMENT && result == nil)
    }

    @Test(arguments: [(0, 0), (-64, 64), (1, 64), (0, 131), (128, 128), (192, 200)] as [(Int64, Int64)])
    func rangesAreChecked(first: Int64, end: Int64) throws {
        let problem = LinearProblem(TESSERA_ONEDNN_F32, rows: 1, input: 4, output: 130)
        let matrix = try #require(problem.matrix)
        let weight = problem.encoded(problem.weight)
        #expect(tessera_onednn_matrix_pack(matrix.matrix, weight, first, end) == TESSERA_ONEDNN_INVALID_ARGUMENT)
    }

    @Test(arguments: [-1, Int64.max / 2])
    func rowsAreChecked(rows: Int64) throws {
        let problem = LinearProblem(TESSERA_ONEDNN_F32, rows: 1, input: 4, output: 3)
        let matrix = try #require(problem.matrix)
        var sums = [Float](repeating: 0, count: 3)
        let status = tessera_onednn_multiply(matrix.matrix, rows, problem.encoded(problem.x), &sums)
        #expect(status == TESSERA_ONEDNN_INVALID_ARGUMENT)
    }

    @Test func noRowsAreNoWork() throws {
        let problem = LinearProblem(TESSERA_ONEDNN_F32, rows: 1, input: 4, output: 3)
        let matrix = try #require(problem.matrix)
        var sums: [Float] = [5, 5, 5]
        let status = tessera_onednn_multiply(matrix.matrix, 0, problem.encoded(problem.x), &sums)
        #expect(status == TESSERA_ONEDNN_SUCCESS && sums == [5, 5, 5])
    }

    @Test(arguments: ProductTests.precisions)
    func bytesCountWhatIsPacked(precision: tessera_onednn_precision) throws {
        let problem = LinearProblem(precision, rows: 1, input: 128, output: 256)
        let matrix = try #require(problem.matrix)
        let least = problem.encoded(problem.weight).count
        #expect((least...least + 256 * 16).contains(tessera_onednn_matrix_bytes(matrix.matrix)))
    }
}
