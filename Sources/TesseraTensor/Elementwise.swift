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
