import CTesseraOneDNN

/// A linear layer with activations to multiply, and the product in double precision to compare with.
struct LinearProblem {
    let rows: Int
    let input: Int
    let output: Int
    let activation: tessera_onednn_activation
    /// Float32 `[output, input]`.
    let weight: [Float]
    /// Float32 `[output]`.
    let bias: [Float]
    /// Float32 `[rows, input]`.
    let x: [Float]

    init(rows: Int, input: Int, output: Int, activation: tessera_onednn_activation = TESSERA_ONEDNN_IDENTITY) {
        var random = LinearCongruential(state: UInt64(rows &* 31 &+ input &* 7 &+ output))
        self.rows = rows
        self.input = input
        self.output = output
        self.activation = activation
        weight = (0..<output * input).map { _ in random.next() * 0.1 }
        bias = (0..<output).map { _ in random.next() }
        // Rows of different sizes, off centre, as the activations of a network are.
        x = (0..<rows * input).map { random.next() * Float(1 + $0 / input % 3) + 0.25 }
    }

    /// `activation(x Wᵀ + bias)`. `[rows, output]`
    func expected(hasBias: Bool = true) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(rows * output)
        for row in 0..<rows {
            for column in 0..<output {
                var sum = 0.0
                for i in 0..<input { sum += Double(x[row * input + i]) * Double(weight[column * input + i]) }
                result.append(reference(activation, sum + (hasBias ? Double(bias[column]) : 0)))
            }
        }
        return result
    }

    /// The packed weights, nil when the status is not success.
    func packed(_ precision: tessera_onednn_precision, hasBias: Bool = true) -> PackedMatrix? {
        PackedMatrix(precision: precision, input: input, output: output, weight: weight, bias: hasBias ? bias : nil)
    }
}

/// Owns a packed matrix.
///
/// Unchecked: the C library allows concurrent calls on one matrix, which is what is tested.
final class PackedMatrix: @unchecked Sendable {
    let matrix: OpaquePointer
    let input: Int
    let output: Int
    let bias: [Float]?

    init?(precision: tessera_onednn_precision, input: Int, output: Int, weight: [Float], bias: [Float]?) {
        var result: OpaquePointer?
        let status = tessera_onednn_matrix_create(precision, Int64(input), Int64(output), weight, &result)
        guard status == TESSERA_ONEDNN_SUCCESS, let result else { return nil }
        matrix = result
        self.input = input
        self.output = output
        self.bias = bias
    }

    deinit { tessera_onednn_matrix_destroy(matrix) }

    /// Multiplies dense rows. `[rows, output]`, nil when the status is not success.
    func multiply(_ x: [Float], rows: Int, activation: tessera_onednn_activation) -> [Float]? {
        var y = [Float](repeating: .nan, count: rows * output)
        let status =
            if let bias {
                tessera_onednn_multiply(matrix, Int64(rows), x, Int64(input), bias, activation, &y, Int64(output))
            } else {
                tessera_onednn_multiply(matrix, Int64(rows), x, Int64(input), nil, activation, &y, Int64(output))
            }
        return status == TESSERA_ONEDNN_SUCCESS ? y : nil
    }
}

/// Numbers between −1 and 1, the same on every machine.
struct LinearCongruential {
    var state: UInt64

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
}

/// The largest difference, in parts of the largest expected value; infinite when a value is not finite.
func largestError(_ result: [Float], _ expected: [Double]) -> Double {
    guard result.count == expected.count, result.allSatisfy(\.isFinite) else { return .infinity }
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(result, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
}
