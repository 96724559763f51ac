internal import CTesseraVector

extension Tensor {
    /// Rows and columns exchanged, `[columns, rows]`; of more than two dimensions, the leading ones count as rows.
    public func transposed() -> Tensor {
        precondition(rank >= 2, "a tensor of shape \(shape) has no rows to transpose")
        let columns = shape[rank - 1]
        let rows = columns == 0 ? 0 : count / columns
        var result = Tensor(uninitialized: [columns, rows])
        withValues { source in
            result.withMutableValues { target in
                // A range of columns becomes a range of whole rows.
                Threads.forEachRange(of: columns, grain: max(16, elementwiseGrain / max(1, rows))) { range in
                    kernels.pointee.transpose(
                        source.baseAddress! + range.lowerBound, Int64(columns), Int64(rows), Int64(range.count),
                        target.baseAddress! + range.lowerBound * rows, Int64(rows))
                }
            }
        }
        return result
    }

    /// Tokens and features of each sequence of a `[batch, tokens, hidden]` tensor exchanged, `[batch, hidden, tokens]`.
    package func transposedSequences() -> Tensor {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        var result = Tensor(uninitialized: [batch, hidden, tokens])
        let size = tokens * hidden
        guard size > 0 else { return result }
        withValues { source in
            result.withMutableValues { target in
                Threads.forEachRange(of: batch, grain: max(1, elementwiseGrain / size)) { range in
                    for start in range.lazy.map({ $0 * size }) {
                        kernels.pointee.transpose(
                            source.baseAddress! + start, Int64(hidden), Int64(tokens), Int64(hidden),
                            target.baseAddress! + start, Int64(tokens))
                    }
                }
            }
        }
        return result
    }
}
