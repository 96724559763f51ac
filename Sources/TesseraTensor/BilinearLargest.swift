extension Tensor {
    /// Which channel of a map is the greatest in each cell of another size, which it is brought to bilinearly; the first of several.
    ///
    /// Rows are resized one by one: what all channels of all cells would be is nowhere in memory.
    ///
    /// - Returns: channels of the first map of `[batch, rows, columns, channels]`, of which there are at most 65,536,
    ///   `[rows, columns]`.
    package func bilinearLargest(rows: Int, columns: Int) -> [UInt16] {
        precondition(rank == 4 && (1...65_536).contains(shape[3]) && count > 0, "no map of channels: \(shape)")
        let map = BilinearMap(self, rows: rows, columns: columns)
        return [UInt16](unsafeUninitializedCapacity: rows * columns) { buffer, filled in
            let start = buffer.baseAddress
            Threads.forEachRange(of: rows, grain: 1) { range in
                for row in range {
                    guard let target = start.map({ $0 + row * columns }) else { continue }
                    map.withRow(row, of: 0) { map.findLargest(in: $0, target) }
                }
            }
            filled = rows * columns
        }
    }
}

extension BilinearMap {
    /// Which channel is the greatest in each cell of a row.
    ///
    /// Between two cells of the map each channel is a line. The greatest of the lower ends is never above the greatest channel: lines
    /// that lie below it at both ends are not looked at again, and few are left.
    fileprivate func findLargest(in line: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<UInt16>) {
        let channels = map.shape[3]
        withUnsafeTemporaryAllocation(of: Int.self, capacity: channels) { candidates in
            var (count, seen) = (0, -1)
            for column in 0..<columns.count {
                let left = line + columns.first[column] * channels
                let right = line + columns.second[column] * channels
                if columns.first[column] != seen {
                    seen = columns.first[column]
                    count = findCandidates(left, right, candidates)
                }
                let share = columns.share[column]
                var (largest, index) = (-Float.infinity, 0)
                for channel in candidates.prefix(count) {
                    let value = (1 - share) * left[channel] + share * right[channel]
                    if value > largest { (largest, index) = (value, channel) }
                }
                target[column] = UInt16(index)
            }
        }
    }

    /// The channels that may be the greatest somewhere between two cells, in their order.
    ///
    /// - Returns: how many they are.
    private func findCandidates(
        _ left: UnsafeMutablePointer<Float>, _ right: UnsafeMutablePointer<Float>,
        _ candidates: UnsafeMutableBufferPointer<Int>
    ) -> Int {
        let channels = candidates.count
        let (left, right) = (
            UnsafeBufferPointer(start: left, count: channels), UnsafeBufferPointer(start: right, count: channels)
        )
        let bound = greatestOfLower(left, right)
        var count = 0
        func offer(_ channel: Int) {
            guard left[channel] >= bound || right[channel] >= bound else { return }
            candidates[count] = channel
            count += 1
        }
        // Of sixteen at a time mostly none is one.
        for start in stride(from: 0, to: channels - 15, by: 16)
        where any((left.lanes(at: start) .>= bound) .| (right.lanes(at: start) .>= bound)) {
            for channel in start..<start + 16 { offer(channel) }
        }
        for channel in channels / 16 * 16..<channels { offer(channel) }
        return count
    }

    /// The greatest of the lower of each channel's two values.
    private func greatestOfLower(_ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>) -> Float {
        var bounds = SIMD16<Float>(repeating: -.infinity)
        for start in stride(from: 0, to: left.count - 15, by: 16) {
            let (a, b) = (left.lanes(at: start), right.lanes(at: start))
            let lower = a.replacing(with: b, where: b .< a)
            bounds.replace(with: lower, where: lower .> bounds)
        }
        return (left.count / 16 * 16..<left.count).reduce(bounds.max()) { bound, channel in
            let lower = left[channel] < right[channel] ? left[channel] : right[channel]
            return lower > bound ? lower : bound
        }
    }
}
