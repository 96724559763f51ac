import CTesseraVector
import Foundation

/// The sets of kernels this machine runs, by name: every test runs on each of them.
let availableSets: [String] = ["baseline", "avx2", "avx512", "avx512vnni", "avx512bf16"].filter {
    (name: String) in
    tessera_kernels_named(name) != nil
}

/// Numbers in -1 ..< 1 that are the same in every run.
func noise(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(Double(state >> 11) / Double(1 << 52)) - 1
    }
}

/// The largest difference as a share of the largest expected value; infinite where a value is not a number.
func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
    precondition(actual.count == expected.count)
    let largest = expected.map(abs).max() ?? 0
    let error = zip(actual, expected).map { abs(Double($0) - $1) }
    guard error.allSatisfy(\.isFinite) else { return .infinity }
    return (error.max() ?? 0) / max(largest, .leastNormalMagnitude)
}

func activated(_ activation: tessera_activation, _ x: Double) -> Double {
    switch activation {
    case TESSERA_RELU: max(x, 0)
    case TESSERA_GELU: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    case TESSERA_GELU_TANH: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case TESSERA_SILU: x / (1 + exp(-x))
    case TESSERA_QUICK_GELU: x / (1 + exp(-1.702 * x))
    case TESSERA_TANH: tanh(x)
    default: x
    }
}

let activations = [
    TESSERA_IDENTITY, TESSERA_RELU, TESSERA_GELU, TESSERA_GELU_TANH, TESSERA_SILU, TESSERA_QUICK_GELU, TESSERA_TANH,
]

/// Memory of at least `byteCount` bytes, aligned as the kernels' callers align theirs.
func withScratch<Result>(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Result) -> Result {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 64, alignment: 64)
    defer { memory.deallocate() }
    return body(memory)
}

/// Calls `body` with `x` `[rows, input]` as products read it.
func withPrepared(
    _ set: tessera_kernel_set, _ precision: tessera_precision, _ x: [Float], stride: Int? = nil, rows: Int, input: Int,
    _ body: (tessera_prepared_rows) -> Void
) {
    withScratch(set.prepared_bytes(precision, Int64(rows), Int64(input))) { data in
        var prepared = tessera_prepared_rows(
            precision: precision, rows: Int64(rows), input: Int64(input), data: data)
        set.prepare(&prepared, x, Int64(stride ?? input), 0, Int64(rows))
        body(prepared)
    }
}

/// The product of all rows with some panels of `matrix`, into `y` `[rows, output]`.
func multiply(
    _ set: tessera_kernel_set, _ matrix: tessera_packed_matrix, _ epilogue: tessera_epilogue,
    _ x: tessera_prepared_rows, _ y: inout [Float], panels: Range<Int64>
) {
    var x = x
    y.withUnsafeMutableBufferPointer { y in
        var product = tessera_product(matrix: matrix, epilogue: epilogue, y: y.baseAddress)
        var part = tessera_part(
            first_row: 0, last_row: x.rows, first_panel: panels.lowerBound, last_panel: panels.upperBound)
        withScratch(set.multiply_scratch_bytes()) { set.multiply(&product, &x, &part, $0) }
    }
}
