internal import CTesseraOneDNN

/// Products of float32 matrices that change from call to call: oneDNN packs both as it goes.
extension Tensor {
    /// `self = a b`, or `self += a b`, with a `[rows, k]`, b `[k, columns]` and `self` `[rows, columns]`; the leading
    /// dimensions of a and `self` count as rows.
    mutating func add(_ a: Tensor, times b: Tensor, keepingSums: Bool) {
        let (inner, columns) = (b.shape[0], b.shape[1])
        let rows = count / max(1, columns)
        precondition(a.shape.last == inner && a.count == rows * inner, "\(a.shape) and \(b.shape) do not fit \(shape)")
        guard count > 0 else { return }
        a.withValues { a in
            b.withValues { b in
                withMutableValues { sums in
                    forEachPart(of: rows, multiplications: rows * inner * columns) { range in
                        multiply(
                            transposing: false, range.count, columns, inner, a.baseAddress! + range.lowerBound * inner,
                            inner, b.baseAddress!, columns, keepingSums: keepingSums,
                            sums.baseAddress! + range.lowerBound * columns)
                    }
                }
            }
        }
    }

    /// Adds `dyᵀ x` to `self` `[output, input]`, for dy `[rows, output]` and x `[rows, input]`.
    mutating func addDense(transposing outputGradient: Tensor, with input: Tensor) {
        let (outputs, inputs) = (shape[0], shape[1])
        let rows = input.count / max(1, inputs)
        outputGradient.withValues { dy in
            input.withValues { x in
                withMutableValues { sums in
                    forEachPart(of: outputs, multiplications: rows * outputs * inputs) { range in
                        multiply(
                            transposing: true, range.count, inputs, rows, dy.baseAddress! + range.lowerBound, outputs,
                            x.baseAddress!, inputs, keepingSums: true, sums.baseAddress! + range.lowerBound * inputs)
                    }
                }
            }
        }
    }
}

/// Shares the rows of a product among threads; oneDNN has one thread inside a call.
private func forEachPart(of rows: Int, multiplications: Int, _ body: (Range<Int>) -> Void) {
    let parts = max(1, min(Threads.current.count, rows / 16, multiplications >> 18))
    Threads.forEach(parts) { part in body(rows * part / parts..<rows * (part + 1) / parts) }
}

/// c `[m, n]` = or += a `[m, k]` (or its transpose, `[k, m]`) · b `[k, n]`.
private func multiply(
    transposing: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ aStride: Int,
    _ b: UnsafePointer<Float>, _ bStride: Int, keepingSums: Bool, _ c: UnsafeMutablePointer<Float>
) {
    let status = tessera_onednn_sgemm(
        transposing, Int64(m), Int64(n), Int64(k), a, Int64(aStride), b, Int64(bStride), keepingSums ? 1 : 0, c,
        Int64(n))
    // The sizes were checked, and a process does not survive running out of memory.
    precondition(status == TESSERA_ONEDNN_SUCCESS, "oneDNN failed with status \(status.rawValue)")
}
