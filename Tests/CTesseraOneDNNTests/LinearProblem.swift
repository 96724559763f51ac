import CTesseraOneDNN

/// Numbers of one precision to multiply, small enough that every sum is exact.
struct LinearProblem {
    let precision: tessera_onednn_precision
    let rows, input, output: Int
    /// `[output, input]`
    let weight: [Int]
    /// `[rows, input]`
    let x: [Int]

    init(_ precision: tessera_onednn_precision, rows: Int, input: Int, output: Int) {
        var random = LinearCongruential(state: UInt64(rows &* 31 &+ input &* 7 &+ output))
        (self.precision, self.rows, self.input, self.output) = (precision, rows, input, output)
        weight = (0..<output * input).map { _ in random.next(below: 31) - 15 }
        // Bytes of activations have no sign.
        x = (0..<rows * input).map { _ in random.next(below: 31) }
    }

    /// `x Wᵀ` `[rows, output]`
    var expected: [Int] {
        (0..<rows * output).map { index in
            let (row, column) = (index / output, index % output)
            return (0..<input).reduce(0) { $0 + x[row * input + $1] * weight[column * input + $1] }
        }
    }

    /// The weights, packed in ranges; nil where oneDNN has no kernels of the precision here.
    var matrix: PackedMatrix? { PackedMatrix(self) }

    /// `numbers` as oneDNN reads them.
    func encoded(_ numbers: [Int]) -> [UInt8] {
        switch precision {
        case TESSERA_ONEDNN_INT8: numbers.map { UInt8(truncatingIfNeeded: $0) }
        case TESSERA_ONEDNN_BF16:
            numbers.flatMap { number in
                let bits = Float(number).bitPattern >> 16
                return [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
            }
        default: numbers.flatMap { number in withUnsafeBytes(of: Float(number)) { Array($0) } }
        }
    }
}

/// Owns a packed matrix.
///
/// Unchecked: the C library allows concurrent calls on one matrix, which is what is tested.
final class PackedMatrix: @unchecked Sendable {
    let matrix: OpaquePointer
    private let problem: LinearProblem

    fileprivate init?(_ problem: LinearProblem) {
        var result: OpaquePointer?
        let status = tessera_onednn_matrix_create(
            problem.precision, Int64(problem.input), Int64(problem.output), &result)
        guard status == TESSERA_ONEDNN_SUCCESS, let result else { return nil }
        matrix = result
        self.problem = problem
        let weight = problem.encoded(problem.weight)
        let grain = Int(tessera_onednn_grain)
        for first in stride(from: 0, to: problem.output, by: grain) {
            let end = Int64(min(problem.output, first + grain))
            guard tessera_onednn_matrix_pack(result, weight, Int64(first), end) == TESSERA_ONEDNN_SUCCESS else {
                return nil
            }
        }
    }

    deinit { tessera_onednn_matrix_destroy(matrix) }

    /// The product of the first rows of x, `[rows, output]`; nil when the status is not success.
    func multiply(rows: Int) -> [Int]? {
        let x = problem.encoded(Array(problem.x.prefix(rows * problem.input)))
        var sums = [UInt32](repeating: 0, count: rows * problem.output)
        guard tessera_onednn_multiply(matrix, Int64(rows), x, &sums) == TESSERA_ONEDNN_SUCCESS else { return nil }
        return sums.map {
            problem.precision == TESSERA_ONEDNN_INT8 ? Int(Int32(bitPattern: $0)) : Int(Float(bitPattern: $0))
        }
    }
}

/// Numbers that are the same on every machine.
struct LinearCongruential {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 40) % limit
    }
}
