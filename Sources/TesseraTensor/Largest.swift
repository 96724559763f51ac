extension Tensor {
    /// The `count` largest entries of each row, largest first; those that are equal as they come, and none of -infinity.
    package func largest(_ count: Int) -> [[(index: Int, value: Float)]] {
        let columns = shape[rank - 1]
        return withValues { values in
            Threads.map(values.count / max(1, columns)) { row in
                UnsafeBufferPointer(rebasing: values[row * columns..<(row + 1) * columns]).largest(count)
            }
        }
    }
}

extension UnsafeBufferPointer<Float> {
    fileprivate func largest(_ count: Int) -> [(index: Int, value: Float)] {
        var best: [(index: Int, value: Float)] = []
        best.reserveCapacity(Swift.min(count, self.count) + 1)
        var least = -Float.infinity
        for index in indices where self[index] > least {
            if best.count == count { best.removeLast() }
            best.insert((index, self[index]), at: best.firstIndex { $0.value < self[index] } ?? best.count)
            if best.count == count { least = best[count - 1].value }
        }
        return best
    }
}
