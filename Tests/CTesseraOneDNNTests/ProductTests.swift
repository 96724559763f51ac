import CTesseraOneDNN
import Testing

@Suite struct ProductTests {
    /// Those that oneDNN has kernels for here: on processors with neither AVX-512 nor bfloat16 it refuses BF16.
    static let precisions = [TESSERA_ONEDNN_F32, TESSERA_ONEDNN_BF16, TESSERA_ONEDNN_INT8].filter {
        LinearProblem($0, rows: 1, input: 1, output: 1).matrix != nil
    }

    /// Rows, input, output: one token, a few, a picture's; widths that fill no block, and several ranges of outputs.
    static let shapes = [
        [1, 33, 10], [7, 33, 10], [197, 33, 10], [1, 192, 768], [7, 192, 768], [197, 192, 192], [7, 1, 1],
        [1, 64, 9000], [5, 64, 9000],
    ]

    @Test(arguments: precisions, shapes)
    func sumsAreExact(precision: tessera_onednn_precision, shape: [Int]) throws {
        let problem = LinearProblem(precision, rows: shape[0], input: shape[1], output: shape[2])
        let matrix = try #require(problem.matrix)
        #expect(matrix.multiply(rows: problem.rows) == problem.expected)
    }

    /// More numbers of rows than a matrix remembers kernels for, one after the other and back again.
    @Test(arguments: precisions)
    func everyNumberOfRowsReadsOneLayout(precision: tessera_onednn_precision) throws {
        let problem = LinearProblem(precision, rows: 40, input: 96, output: 72)
        let expected = problem.expected
        let matrix = try #require(problem.matrix)
        for rows in Array(1...20) + [40, 33, 20, 3, 1] {
            #expect(matrix.multiply(rows: rows) == Array(expected.prefix(rows * problem.output)), "\(rows) rows")
        }
    }

    @Test(arguments: precisions)
    func tasksShareAMatrix(precision: tessera_onednn_precision) async throws {
        let problem = LinearProblem(precision, rows: 24, input: 192, output: 256)
        let expected = problem.expected
        let matrix = try #require(problem.matrix)
        let areRight = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<12).allSatisfy { step in
                        let rows = (task * 5 + step) % 24 + 1
                        return matrix.multiply(rows: rows) == Array(expected.prefix(rows * problem.output))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(areRight == [Bool](repeating: true, count: 8))
    }
}
