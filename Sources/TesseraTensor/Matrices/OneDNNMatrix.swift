internal import CTesseraOneDNN
internal import CTesseraVector

/// A matrix packed for oneDNN, which sums products and does nothing else: what goes in is encoded, and what comes out finished, by
/// the package's own loops, a share of the rows on each thread.
///
/// `@unchecked Sendable`: the C library allows calls on one matrix from several threads at once.
final class OneDNNMatrix: @unchecked Sendable {
    private let matrix: OpaquePointer
    private let precision: Precision
    private let input, output: Int
    /// How columns in int8 were quantised.
    private let codes: WeightCodes?

    /// Packs `weight` `[output, input]`; nil where oneDNN cannot.
    init?(_ weight: Tensor, _ precision: Precision) {
        (output, input) = (weight.shape[0], weight.shape[1])
        self.precision = precision
        var result: OpaquePointer?
        let status = tessera_onednn_matrix_create(
            OneDNNMatrix.code(precision), Int64(input), Int64(output), &result)
        guard status == TESSERA_ONEDNN_SUCCESS, let result else { return nil }
        matrix = result
        codes = precision == .int8 ? WeightCodes(weight) : nil
        guard pack(weight) else { return nil }
    }

    deinit { tessera_onednn_matrix_destroy(matrix) }

    var byteCount: Int { tessera_onednn_matrix_bytes(matrix) + (codes.map { 8 * $0.scales.count } ?? 0) }

    private func pack(_ weight: Tensor) -> Bool {
        let (output, matrix) = (output, matrix)
        func pack(_ numbers: UnsafeRawPointer) -> Bool {
            let grain = Int(tessera_onednn_grain)
            let parts = (output + grain - 1) / grain
            return Threads.map(parts) { part in
                tessera_onednn_matrix_pack(
                    matrix, numbers, Int64(part * grain), Int64(min(output, (part + 1) * grain)))
            }.allSatisfy { $0 == TESSERA_ONEDNN_SUCCESS }
        }
        switch precision {
        case .float32: return weight.withValues { pack($0.baseAddress!) }
        case .bfloat16:
            let rows = EncodedRows(rows: output, input: input, precision: .bfloat16)
            Threads.forEachRange(of: output, grain: 16) { rows.encode(weight, $0) }
            return pack(rows.address)
        case .int8: return codes.map { pack($0.codes.address) } ?? false
        }
    }

    /// See `PackedMatrix.multiply`.
    func multiply(_ x: Tensor, _ epilogue: Epilogue, into y: inout Tensor) {
        let rows = x.count / input
        guard rows > 0 else { return }
        let encoded = precision == .float32 ? nil : EncodedRows(rows: rows, input: input, precision: precision)
        let parts = max(1, min(Threads.current.count, rows))
        x.withValues { numbers in
            y.withMutableValues { y in
                let y = y.baseAddress!
                Threads.forEach(parts) { part in
                    let range = rows * part / parts..<rows * (part + 1) / parts
                    encoded?.encode(x, range)
                    let start =
                        encoded?.row(range.lowerBound)
                        ?? UnsafeRawPointer(numbers.baseAddress! + range.lowerBound * input)
                    let status = tessera_onednn_multiply(
                        matrix, Int64(range.count), start, y + range.lowerBound * output)
                    // What was packed can be multiplied, unless memory runs out, which a process does not survive.
                    precondition(status == TESSERA_ONEDNN_SUCCESS, "oneDNN failed with status \(status.rawValue)")
                    epilogue.finish(range, of: output, y, encoded?.codes, codes)
                }
            }
        }
        withExtendedLifetime((encoded, epilogue)) {}
    }

    private static func code(_ precision: Precision) -> tessera_onednn_precision {
        switch precision {
        case .float32: TESSERA_ONEDNN_F32
        case .bfloat16: TESSERA_ONEDNN_BF16
        case .int8: TESSERA_ONEDNN_INT8
        }
    }
}
