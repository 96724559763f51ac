import CTesseraOneDNN
import Testing

/// A precision, and the error it is allowed in parts of the largest result.
struct Precision: Sendable, CustomTestStringConvertible {
    let value: tessera_onednn_precision
    let tolerance: Double
    let testDescription: String

    static let all = [
        Precision(value: TESSERA_ONEDNN_F32, tolerance: 1e-5, testDescription: "f32"),
        Precision(value: TESSERA_ONEDNN_BF16, tolerance: 1.5e-2, testDescription: "bf16"),
        Precision(value: TESSERA_ONEDNN_INT8, tolerance: 3e-2, testDescription: "int8"),
    ]

    /// Those that oneDNN has kernels for here: on processors with neither AVX-512 nor bfloat16 it refuses BF16.
    static let available = all.filter { $0.value != TESSERA_ONEDNN_BF16 || isAvailable($0.value) }

    static func isAvailable(_ precision: tessera_onednn_precision) -> Bool {
        PackedMatrix(precision: precision, input: 1, output: 1, weight: [1], bias: nil) != nil
    }
}

let activations = [
    TESSERA_ONEDNN_IDENTITY, TESSERA_ONEDNN_RELU, TESSERA_ONEDNN_GELU_ERF, TESSERA_ONEDNN_GELU_TANH,
    TESSERA_ONEDNN_SILU,
]

@Suite struct ProductTests {
    /// Rows, input, output: one token, a few, a picture's; widths that fill no block, and a row longer than one block
    /// of columns.
    static let shapes = [
        [1, 33, 10], [7, 33, 10], [197, 33, 10], [1, 192, 768], [7, 192, 768], [197, 192, 192], [7, 1, 1],
        [1, 64, 9000], [5, 64, 9000],
    ]

    @Test(arguments: Precision.available, shapes)
    func equalsTheDoubleProduct(precision: Precision, shape: [Int]) throws {
        let problem = LinearProblem(rows: shape[0], input: shape[1], output: shape[2])
        let matrix = try #require(problem.packed(precision.value))
        let y = try #require(matrix.multiply(problem.x, rows: problem.rows, activation: problem.activation))
        #expect(largestError(y, problem.expected()) < precision.tolerance)
    }

    @Test(arguments: Precision.available, activations)
    func appliesTheActivation(precision: Precision, activation: tessera_onednn_activation) throws {
        let problem = LinearProblem(rows: 7, input: 192, output: 100, activation: activation)
        let matrix = try #require(problem.packed(precision.value))
        let y = try #require(matrix.multiply(problem.x, rows: problem.rows, activation: activation))
        #expect(largestError(y, problem.expected()) < precision.tolerance)
    }

    @Test(arguments: Precision.available)
    func worksWithoutBias(precision: Precision) throws {
        let problem = LinearProblem(rows: 7, input: 192, output: 100)
        let matrix = try #require(problem.packed(precision.value, hasBias: false))
        let y = try #require(matrix.multiply(problem.x, rows: problem.rows, activation: problem.activation))
        #expect(largestError(y, problem.expected(hasBias: false)) < precision.tolerance)
    }

    /// The activations' own error, seen without the products': weights of 1 and activations that 8 bits hold exactly.
    @Test(arguments: activations)
    func dequantisesExactly(activation: tessera_onednn_activation) throws {
        let steps = (0..<256).map { Float($0 - 128) / 16 }
        let identity = (0..<256 * 256).map { $0 % 257 == 0 ? Float(1) : 0 }
        let matrix = try #require(
            PackedMatrix(precision: TESSERA_ONEDNN_INT8, input: 256, output: 256, weight: identity, bias: nil))
        let y = try #require(matrix.multiply(steps, rows: 1, activation: activation))
        #expect(largestError(y, steps.map { reference(activation, Double($0)) }) < 1e-6)
    }

    @Test(arguments: Precision.available, activations)
    func skipsTheGapsBetweenRows(precision: Precision, activation: tessera_onednn_activation) throws {
        let problem = LinearProblem(rows: 7, input: 48, output: 20, activation: activation)
        let matrix = try #require(problem.packed(precision.value))
        let (xStride, yStride) = (51, 29)
        var x = [Float](repeating: .nan, count: problem.rows * xStride)
        for row in 0..<problem.rows {
            for i in 0..<problem.input { x[row * xStride + i] = problem.x[row * problem.input + i] }
        }
        var y = [Float](repeating: 77, count: problem.rows * yStride)
        let status = tessera_onednn_multiply(
            matrix.matrix, Int64(problem.rows), x, Int64(xStride), problem.bias, activation, &y, Int64(yStride))
        try #require(status == TESSERA_ONEDNN_SUCCESS)
        let inside = y.indices.filter { $0 % yStride < problem.output }.map { y[$0] }
        let outside = y.indices.filter { $0 % yStride >= problem.output }.map { y[$0] }
        #expect(largestError(inside, problem.expected()) < precision.tolerance)
        #expect(outside.allSatisfy { $0 == 77 })
    }

    /// More numbers of rows than a matrix remembers kernels for, one after the other and back again.
    @Test(arguments: Precision.available)
    func everyNumberOfRowsReadsOneLayout(precision: Precision) throws {
        let problem = LinearProblem(rows: 40, input: 96, output: 72)
        let expected = problem.expected()
        let matrix = try #require(problem.packed(precision.value))
        for rows in Array(1...20) + [40, 33, 20, 3, 1] {
            let x = Array(problem.x.prefix(rows * problem.input))
            let y = try #require(matrix.multiply(x, rows: rows, activation: problem.activation))
            let error = largestError(y, Array(expected.prefix(rows * problem.output)))
            #expect(error < precision.tolerance, "\(rows) rows")
        }
    }

    @Test(arguments: Precision.available)
    func tasksShareAMatrix(precision: Precision) async throws {
        let problem = LinearProblem(rows: 24, input: 192, output: 256, activation: TESSERA_ONEDNN_GELU_ERF)
        let expected = problem.expected()
        let matrix = try #require(problem.packed(precision.value))
        let errors = await withTaskGroup(of: Double.self, returning: [Double].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var worst = 0.0
                    for step in 0..<12 {
                        let rows = (task * 5 + step) % 24 + 1
                        let x = Array(problem.x.prefix(rows * problem.input))
                        guard let y = matrix.multiply(x, rows: rows, activation: problem.activation) else {
                            return .infinity
                        }
                        worst = max(worst, largestError(y, Array(expected.prefix(rows * problem.output))))
                    }
                    return worst
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Fewer rows have a smaller largest value to measure by.
        #expect(errors.allSatisfy { $0 < 2 * precision.tolerance })
    }
}
