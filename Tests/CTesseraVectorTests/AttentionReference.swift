import CTesseraVector
import Foundation
import Testing

/// One head's attention and its gradient in double precision, from the same numbers that the kernels get.
struct AttentionReference {
    struct Case: CustomTestStringConvertible, Sendable {
        var queries, keys, size: Int
        var bias = false, mask = false
        var causalOffset: Int?
        var testDescription: String {
            "\(queries) queries, \(keys) keys of \(size)\(bias ? ", bias" : "")\(mask ? ", mask" : "")"
                + (causalOffset.map { ", causal + \($0)" } ?? "")
        }
    }

    static let scale = 1.5

    let test: Case
    /// `[queries, size]`, `[keys, size]`, `[keys, size]`, `[queries, keys]`
    var query, key, value, bias: [Double]
    /// A third of the keys is left out, where the case has a mask.
    let mask: [UInt8]

    init(_ test: Case) {
        self.test = test
        query = noise(test.queries * test.size, seed: 1).map(Double.init)
        key = noise(test.keys * test.size, seed: 2).map(Double.init)
        value = noise(test.keys * test.size, seed: 3).map(Double.init)
        bias = noise(test.queries * test.keys, seed: 4).map { test.bias ? Double($0) : 0 }
        mask = (0..<test.keys).map { test.mask && $0 % 3 == 1 ? 0 : 1 }
    }

    /// `[queries, keys]`
    var probabilities: [Double] {
        (0..<test.queries).flatMap { i -> [Double] in
            let scores = (0..<test.keys).map { j -> Double in
                if mask[j] == 0 || j > i + (test.causalOffset ?? test.keys) { return -.infinity }
                let dot = (0..<test.size).reduce(0.0) { $0 + query[i * test.size + $1] * key[j * test.size + $1] }
                return dot * Self.scale + bias[i * test.keys + j]
            }
            let weights = scores.map { exp($0 - scores.max()!) }
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        }
    }

    /// `[queries, size]`
    var output: [Double] { multiply(probabilities, value, test.keys) }

    /// For the output's gradient dO `[queries, size]`.
    func gradient(_ outputGradient: [Double]) -> (query: [Double], key: [Double], value: [Double], bias: [Double]) {
        let p = probabilities
        let (queries, keys, size) = (test.queries, test.keys, test.size)
        var dS = p
        for i in 0..<queries {
            let dP = (0..<keys).map { j in
                (0..<size).reduce(0.0) { $0 + outputGradient[i * size + $1] * value[j * size + $1] }
            }
            let total = (0..<keys).reduce(0.0) { $0 + dP[$1] * p[i * keys + $1] }
            for j in 0..<keys { dS[i * keys + j] *= dP[j] - total }
        }
        let scaled = dS.map { $0 * Self.scale }
        return (
            multiply(scaled, key, keys), multiply(transposed(scaled, keys), query, queries),
            multiply(transposed(p, keys), outputGradient, queries), dS
        )
    }

    /// `[rows, inputs]` times `[inputs, size]`.
    private func multiply(_ a: [Double], _ b: [Double], _ inputs: Int) -> [Double] {
        (0..<a.count / inputs).flatMap { row in
            (0..<test.size).map { d in
                (0..<inputs).reduce(0.0) { $0 + a[row * inputs + $1] * b[$1 * test.size + d] }
            }
        }
    }

    private func transposed(_ a: [Double], _ columns: Int) -> [Double] {
        (0..<columns).flatMap { column in stride(from: column, to: a.count, by: columns).map { a[$0] } }
    }
}

/// What a set's kernel makes of the reference's numbers. Probabilities are asked for in float32 alone: they are never
/// rounded.
func attend(
    _ set: String, _ reference: AttentionReference, mask: [UInt8], precision: tessera_precision = TESSERA_FLOAT32
) -> (output: [Float], probabilities: [Float]) {
    let set = tessera_kernels_named(set)!.pointee
    let test = reference.test
    let stride = test.size + 5
    var output = [Float](repeating: 777, count: test.queries * stride)
    var probabilities = [Float](repeating: 777, count: test.queries * test.keys)
    output.withUnsafeMutableBufferPointer { output in
        probabilities.withUnsafeMutableBufferPointer { probabilities in
            withAttentionCall(
                test, stride: stride, query: spread(reference.query, test.size, stride: stride),
                key: spread(reference.key, test.size, stride: stride),
                value: spread(reference.value, test.size, stride: stride), bias: reference.bias.map { Float($0) },
                mask: mask
            ) { call in
                var call = call
                call.output = output.baseAddress
                call.precision = precision
                call.probabilities = precision == TESSERA_FLOAT32 ? probabilities.baseAddress : nil
                withScratch(set.attention_scratch_bytes(&call, Int64(test.queries))) {
                    set.attention(&call, 0, Int64(test.queries), $0)
                }
            }
        }
    }
    return (gathered(output, test.size, stride: stride), probabilities)
}

/// Calls `body` with the attention call for these tensors, whose rows lie `stride` apart.
func withAttentionCall<Result>(
    _ test: AttentionReference.Case, stride: Int, query: [Float], key: [Float], value: [Float], bias: [Float],
    mask: [UInt8], _ body: (tessera_attention) -> Result
) -> Result {
    query.withUnsafeBufferPointer { query in
        key.withUnsafeBufferPointer { key in
            value.withUnsafeBufferPointer { value in
                bias.withUnsafeBufferPointer { bias in
                    mask.withUnsafeBufferPointer { mask in
                        var call = tessera_attention()
                        (call.query_count, call.key_count) = (Int64(test.queries), Int64(test.keys))
                        call.head_size = Int64(test.size)
                        (call.query, call.key) = (query.baseAddress, key.baseAddress)
                        call.value = value.baseAddress
                        (call.query_stride, call.key_stride) = (Int64(stride), Int64(stride))
                        (call.value_stride, call.output_stride) = (Int64(stride), Int64(stride))
                        call.scale = Float(AttentionReference.scale)
                        call.bias = test.bias ? bias.baseAddress : nil
                        call.bias_stride = Int64(test.keys)
                        call.key_mask = test.mask ? mask.baseAddress : nil
                        call.causal_offset = Int64(test.causalOffset ?? -1)
                        return body(call)
                    }
                }
            }
        }
    }
}

/// Rows of `size` numbers put `stride` apart, or taken out again.
func spread(_ values: [Double], _ size: Int, stride: Int) -> [Float] {
    var result = [Float](repeating: 777, count: values.count / size * stride)
    for (index, value) in values.enumerated() { result[index / size * stride + index % size] = Float(value) }
    return result
}
func gathered(_ values: [Float], _ size: Int, stride: Int) -> [Float] {
    (0..<values.count / stride).flatMap { values[$0 * stride..<$0 * stride + size] }
}
