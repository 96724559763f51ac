internal import CTesseraVector

extension Tensor {
    /// Adds `other`, of the same count.
    public static func += (left: inout Tensor, right: Tensor) {
        left.combine(right) { y, x, count in kernels.pointee.add_scaled(x, 1, count, y) }
    }

    /// Multiplies with `other`, element by element.
    public static func *= (left: inout Tensor, right: Tensor) {
        left.combine(right) { y, x, count in kernels.pointee.multiply_elements(x, count, y) }
    }

    /// Multiplies every element with `factor`.
    public static func *= (left: inout Tensor, factor: Float) {
        left.withMutableValues { values in
            for index in values.indices { values[index] *= factor }
        }
    }

    /// Adds `factor * other`; `other` has the same count.
    package mutating func add(_ other: Tensor, scaledBy factor: Float) {
        combine(other) { y, x, count in kernels.pointee.add_scaled(x, factor, count, y) }
    }

    /// Moves each element by `share` of its distance to that of `other`: a step of an exponential moving average.
    package mutating func move(toward other: Tensor, by share: Float) {
        combine(other) { y, x, count in kernels.pointee.move_toward(x, share, count, y) }
    }

    /// Adds the sum of the rows of `other` `[…, columns]` to `self` `[columns]`: the gradient of a bias.
    public mutating func addSumOfRows(of other: Tensor) {
        let columns = count
        precondition(other.shape.last == columns, "\(other.shape) does not end in \(columns) columns")
        other.withValues { x in
            withMutableValues { sums in
                Threads.addSums(
                    of: x.count / max(1, columns), grain: max(1, elementwiseGrain / max(1, columns)), width: columns,
                    to: sums.baseAddress!
                ) { rows, sums in
                    kernels.pointee.add_rows(
                        x.baseAddress! + rows.lowerBound * columns, Int64(rows.count), Int64(columns), sums)
                }
            }
        }
    }

    /// Σ x² over all elements.
    package func sumOfSquares() -> Double {
        withValues { kernels.pointee.sum_of_squares($0.baseAddress!, Int64($0.count)) }
    }

    /// Adds `vector` `[columns]` to every row.
    package mutating func addToEachRow(_ vector: Tensor) {
        withRows(beside: vector) { vector, rows, columns, y in
            for row in 0..<rows { kernels.pointee.add_scaled(vector, 1, Int64(columns), y + row * columns) }
        }
    }

    /// Multiplies every row with `scale`, `[columns]`.
    package mutating func scaleColumns(by scale: Tensor) {
        withRows(beside: scale) { scale, rows, columns, y in
            for row in 0..<rows { kernels.pointee.multiply_elements(scale, Int64(columns), y + row * columns) }
        }
    }

    /// Calls `body` with `vector` `[columns]`, the number of rows and of columns, and the rows, in ranges on all threads.
    private mutating func withRows(
        beside vector: Tensor, _ body: (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        let columns = vector.count
        precondition(columns > 0 && shape.last == columns, "\(vector.shape) does not fit \(shape)")
        let rows = count / columns
        vector.withValues { vector in
            withMutableValues { y in
                Threads.forEachRange(of: rows, grain: max(1, elementwiseGrain / columns)) { range in
                    body(vector.baseAddress!, range.count, columns, y.baseAddress! + range.lowerBound * columns)
                }
            }
        }
    }

    private mutating func combine(
        _ other: Tensor, _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int64) -> Void
    ) {
        precondition(count == other.count, "\(shape) and \(other.shape) differ in size")
        other.withValues { x in
            withMutableValues { y in
                Threads.forEachRange(of: x.count, grain: elementwiseGrain) { range in
                    body(y.baseAddress! + range.lowerBound, x.baseAddress! + range.lowerBound, Int64(range.count))
                }
            }
        }
    }
}

extension Tensor {
    /// Adds `table` `[tokens, hidden]` to each sequence of a `[batch, tokens, hidden]` tensor.
    public mutating func addToEachSequence(_ table: Tensor) {
        let whole = shape
        precondition(Array(whole.dropFirst()) == table.shape, "\(table.shape) does not fit \(whole)")
        guard table.count > 0 else { return }
        self = reshaped([whole[0], table.count])
        addToEachRow(table.reshaped([table.count]))
        self = reshaped(whole)
    }

    /// Gated linear units (Dauphin et al., 2017): the first half of the last dimension times the sigmoid of the second,
    /// `[…, channels / 2]`.
    package func gatedLinearUnits() -> Tensor {
        let half = shape[rank - 1] / 2
        let parts = reshaped([count / max(1, 2 * half), 2, half])
        var gates = parts.token(1).sigmoid()
        gates *= parts.token(0)
        return gates.reshaped(shape.dropLast() + [half])
    }
}
