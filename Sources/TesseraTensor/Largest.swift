extension Tensor {
    /// The `count` largest entries of each row, largest first; those that are equal as they come, and none of -infinity.
    package func largest(_ count: Int) -> [[(index: Int, value: Float)]] {
        mapRows { $0.largest(count) }
    }

    /// The index of each row's largest value, the first of several; rows are those of the last dimension.
    package func largestOfRows() -> [Int] {
        guard let columns = shape.last, columns > 0 else { return [] }
        return mapRows { $0.indexOfLargest }
    }

    private func mapRows<Result: Sendable>(_ body: @Sendable (UnsafeBufferPointer<Float>) -> Result) -> [Result] {
        let columns = shape[rank - 1]
        return withValues { values in
            Threads.map(values.count / max(1, columns)) { row in
                body(UnsafeBufferPointer(rebasing: values[row * columns..<(row + 1) * columns]))
            }
        }
    }
}

extension UnsafeBufferPointer<Float> {
    /// Sixteen numbers from a place on.
    func lanes(at start: Int) -> SIMD16<Float> {
        UnsafeRawPointer(baseAddress! + start).loadUnaligned(as: SIMD16<Float>.self)
    }

    /// The index of the largest, the first of several; 0 where there is none.
    var indexOfLargest: Int {
        guard let first else { return 0 }
        var (largest, index) = (first, 0)
        // Of sixteen at a time mostly none is larger.
        for start in stride(from: 0, to: count - 15, by: 16) where any(lanes(at: start) .> largest) {
            for next in start..<start + 16 where self[next] > largest { (largest, index) = (self[next], next) }
        }
        for next in count / 16 * 16..<count where self[next] > largest { (largest, index) = (self[next], next) }
        return index
    }

    /// The `count` largest, largest first; those that are equal as they come, and none of -infinity.
    package func largest(_ count: Int) -> [(index: Int, value: Float)] {
        var best: [(index: Int, value: Float)] = []
        best.reserveCapacity(Swift.min(count, self.count) + 1)
        var least = -Float.infinity
        func offer(_ index: Int) {
            guard self[index] > least else { return }
            if best.count == count { best.removeLast() }
            best.insert((index, self[index]), at: best.firstIndex { $0.value < self[index] } ?? best.count)
            if best.count == count { least = best[count - 1].value }
        }
        for start in stride(from: 0, to: self.count - 15, by: 16) where any(lanes(at: start) .> least) {
            for index in start..<start + 16 { offer(index) }
        }
        for index in self.count / 16 * 16..<self.count { offer(index) }
        return best
    }
}
