internal import Synchronization

/// A table of numbers that are all exact in float16, as those of most checkpoints: it takes half a tensor's memory.
package struct HalfTable: Sendable {
    /// `[rows, columns]`
    package let shape: [Int]
    private let memory: AlignedMemory

    private var halves: UnsafeMutablePointer<UInt16> { memory.address.assumingMemoryBound(to: UInt16.self) }

    /// Reads a table, some rows by each thread; nil where a number is not exact in float16.
    ///
    /// - Parameter rows: some rows of the table, `[rows, columns]`.
    /// - Throws: what `rows` throws.
    package init?<Failure: Error>(
        _ shape: [Int], rows: (Range<Int>) throws(Failure) -> Tensor
    ) throws(Failure) {
        self.shape = shape
        let (count, columns) = (shape[0], shape[1])
        memory = AlignedMemory(byteCount: count * columns * MemoryLayout<UInt16>.size)
        let step = max(1, HalfTable.readAtOnce / max(1, columns))
        // Others than these are known by the first rows.
        guard encode(try rows(0..<min(step, count)), at: 0) else { return nil }
        let isExact = Mutex(true)
        try Threads.forEachPart(of: (count + step - 1) / step) { part throws(Failure) in
            guard part > 0, isExact.withLock(\.self) else { return }
            let first = part * step
            if !encode(try rows(first..<min(first + step, count)), at: first) { isExact.withLock { $0 = false } }
        }
        guard isExact.withLock(\.self) else { return nil }
    }

    /// Numbers that a thread reads at once.
    private static let readAtOnce = 1 << 16

    /// Whether the rows from number `first` on are held as they are.
    private func encode(_ rows: Tensor, at first: Int) -> Bool {
        let target = halves + first * shape[1]
        return rows.withValues { values in
            var difference: UInt32 = 0
            for index in 0..<values.count {
                target[index] = half(of: values[index])
                difference |= float(ofHalf: target[index]).bitPattern ^ values[index].bitPattern
            }
            return difference == 0
        }
    }

    /// The rows at `indices`, `[indices, columns]`.
    package func gatheringRows(_ indices: [Int]) -> Tensor {
        precondition(indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "a row outside \(shape)")
        var result = Tensor(uninitialized: [indices.count, shape[1]])
        result.withMutableValues { target in
            for (row, index) in indices.enumerated() { decode(index, 1, to: target.baseAddress! + row * shape[1]) }
        }
        return result
    }

    /// The rows in `range`, `[range, columns]`.
    package func rows(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) of \(shape)")
        var result = Tensor(uninitialized: [range.count, shape[1]])
        result.withMutableValues { decode(range.lowerBound, range.count, to: $0.baseAddress!) }
        return result
    }

    private func decode(_ first: Int, _ count: Int, to target: UnsafeMutablePointer<Float>) {
        let source = halves + first * shape[1]
        for index in 0..<count * shape[1] { target[index] = float(ofHalf: source[index]) }
        withExtendedLifetime(memory) {}
    }
}
