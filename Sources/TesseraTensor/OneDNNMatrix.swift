internal import CTesseraOneDNN
internal import CTesseraVector

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A matrix packed for oneDNN.
///
/// `@unchecked Sendable`: the C library allows calls on one matrix from several threads at once.
final class OneDNNMatrix: @unchecked Sendable {
    private let matrix: OpaquePointer

    /// Whether oneDNN multiplies matrices of this precision better than our own loops: the processor has instructions for
    /// it that ours do not use, or TESSERA_KERNELS=onednn asks for it.
    static func isPreferred(_ precision: Precision) -> Bool {
        isDemanded || precision != .float32 && tessera_onednn_is_native(code(precision))
    }

    private static let isDemanded = getenv("TESSERA_KERNELS").map { strcmp($0, "onednn") == 0 } ?? false

    /// Packs `weight` `[output, input]`; nil where oneDNN cannot.
    init?(_ weight: Tensor, precision: Precision) {
        var result: OpaquePointer?
        let status = weight.withValues {
            tessera_onednn_matrix_create(
                OneDNNMatrix.code(precision), Int64(weight.shape[1]), Int64(weight.shape[0]), $0.baseAddress, &result)
        }
        guard status == TESSERA_ONEDNN_SUCCESS, let result else { return nil }
        matrix = result
    }

    deinit { tessera_onednn_matrix_destroy(matrix) }

    var byteCount: Int { tessera_onednn_matrix_bytes(matrix) }

    /// See `PackedMatrix.multiply`.
    func multiply(_ x: Tensor, _ epilogue: Epilogue, into y: inout Tensor) {
        guard y.count > 0, let input = x.shape.last, let output = y.shape.last else { return }
        let rows = y.count / output
        // What oneDNN cannot fuse follows in passes of our own.
        let fused = OneDNNMatrix.code(epilogue.activation)
        x.withValues { x in
            y.withMutableValues { y in
                withOptionalValues(epilogue.bias) { bias in
                    // The package's own threads share the rows; inside a call oneDNN has one.
                    let parts = max(1, min(Threads.count, rows / 16, (rows * input * output) >> 18))
                    Threads.forEach(parts) { part in
                        let first = rows * part / parts
                        let count = rows * (part + 1) / parts - first
                        let status = tessera_onednn_multiply(
                            matrix, Int64(count), x.baseAddress! + first * input, Int64(input), bias,
                            fused ?? TESSERA_ONEDNN_IDENTITY, y.baseAddress! + first * output, Int64(output))
                        // What was packed can be multiplied, unless memory runs out, which a process does not survive.
                        precondition(status == TESSERA_ONEDNN_SUCCESS, "oneDNN failed with status \(status.rawValue)")
                    }
                }
            }
        }
        if fused == nil { y = epilogue.activation(y) }
        if epilogue.scale != nil || epilogue.residual != nil { y.scaleAndAdd(epilogue.scale, epilogue.residual) }
    }

    private static func code(_ precision: Precision) -> tessera_onednn_precision {
        switch precision {
        case .float32: TESSERA_ONEDNN_F32
        case .bfloat16: TESSERA_ONEDNN_BF16
        case .int8: TESSERA_ONEDNN_INT8
        }
    }

    /// nil for what oneDNN does not fuse.
    private static func code(_ activation: Activation) -> tessera_onednn_activation? {
        switch activation {
        case .identity: TESSERA_ONEDNN_IDENTITY
        case .relu: TESSERA_ONEDNN_RELU
        case .gelu: TESSERA_ONEDNN_GELU_ERF
        case .geluTanh: TESSERA_ONEDNN_GELU_TANH
        case .silu: TESSERA_ONEDNN_SILU
        case .quickGELU, .tanh: nil
        }
    }
}

extension Tensor {
    /// `residual + scale * self`, row by row.
    fileprivate mutating func scaleAndAdd(_ scale: Tensor?, _ residual: Tensor?) {
        let columns = shape[rank - 1]
        withMutableValues { y in
            withOptionalValues(scale) { scale in
                withOptionalValues(residual) { residual in
                    Threads.forEachRange(of: y.count / columns, grain: max(1, elementwiseGrain / columns)) { rows in
                        let start = rows.lowerBound * columns
                        kernels.pointee.scale_and_add(
                            scale, residual.map { $0 + start }, Int64(rows.count), Int64(columns),
                            y.baseAddress! + start)
                    }
                }
            }
        }
    }
}
