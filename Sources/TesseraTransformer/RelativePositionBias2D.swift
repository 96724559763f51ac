public import TesseraLayers
public import TesseraTensor

/// A learned bias of the attention scores for each offset between two patches of a grid (BEiT, Bao et al., 2022; after
/// Swin). Three more entries serve the class token: from it to a patch, from a patch to it, and to itself.
public struct RelativePositionBias2D: Layer {
    /// The grid that the table was learned on.
    public let rows, columns: Int
    /// `[(2 rows - 1) * (2 columns - 1) + 3, heads]`
    public var table: Tensor

    /// A table that a checkpoint will fill.
    package init(rows: Int, columns: Int, headCount: Int) {
        self.rows = rows
        self.columns = columns
        table = Tensor(unloaded: [(2 * rows - 1) * (2 * columns - 1) + 3, headCount])
    }

    /// The bias for a grid of patches behind one class token. A grid other than the table's gets a table that is
    /// interpolated bilinearly, as transformers does.
    ///
    /// - Returns: `[heads, tokens, tokens]`
    public func callAsFunction(rows newRows: Int, columns newColumns: Int) -> Tensor {
        let heads = table.shape[1]
        let tokens = newRows * newColumns + 1
        let offsets = interpolated(to: 2 * newRows - 1, 2 * newColumns - 1)
        let distances = (2 * newRows - 1) * (2 * newColumns - 1)
        let special = table.shape[0] - 3
        var bias = Tensor(uninitialized: [heads, tokens, tokens])
        bias.withMutableValues { bias in
            table.withValues { table in
                offsets.withUnsafeBufferPointer { offsets in
                    Threads.forEach(heads) { head in
                        let plane = bias.baseAddress! + head * tokens * tokens
                        func classEntry(_ index: Int) -> Float { table[(special + index) * heads + head] }
                        plane[0] = classEntry(2)
                        for other in 1..<max(tokens, 1) {
                            plane[other] = classEntry(0)
                            plane[other * tokens] = classEntry(1)
                        }
                        for query in 0..<newRows * newColumns {
                            for key in 0..<newRows * newColumns {
                                let distance = offsetIndex(query, key, newRows, newColumns)
                                plane[(query + 1) * tokens + key + 1] = offsets[head * distances + distance]
                            }
                        }
                    }
                }
            }
        }
        return bias
    }

    /// The offsets' part of the table for a grid of `newHeight` × `newWidth` offsets, `[heads, newHeight * newWidth]`.
    ///
    /// The reference reads the table as (2 columns - 1) rows of (2 rows - 1) before it interpolates, which matters only for
    /// grids that are not square; so does this.
    private func interpolated(to newHeight: Int, _ newWidth: Int) -> [Float] {
        let (height, width, heads) = (2 * columns - 1, 2 * rows - 1, table.shape[1])
        let vertical = (0..<newHeight).map { linearTaps($0, from: height, to: newHeight) }
        let horizontal = (0..<newWidth).map { linearTaps($0, from: width, to: newWidth) }
        var result = [Float](repeating: 0, count: heads * newHeight * newWidth)
        table.withValues { table in
            for (row, rowTaps) in vertical.enumerated() {
                for (column, columnTaps) in horizontal.enumerated() {
                    for (y, rowWeight) in rowTaps where rowWeight != 0 {
                        for (x, columnWeight) in columnTaps where columnWeight != 0 {
                            for head in 0..<heads {
                                result[(head * newHeight + row) * newWidth + column] +=
                                    rowWeight * columnWeight * table[(y * width + x) * heads + head]
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// The gradient of the table: each entry's is the sum over the pairs of tokens that read it.
    ///
    /// - Parameter biasGradient: `[heads, tokens, tokens]`, of a bias for `newRows` × `newColumns` patches.
    public func accumulate(
        _ biasGradient: Tensor, rows newRows: Int, columns newColumns: Int, into gradient: inout RelativePositionBias2D
    ) {
        guard gradient.isWanted else { return }
        let heads = table.shape[1]
        let tokens = newRows * newColumns + 1
        let distances = (2 * newRows - 1) * (2 * newColumns - 1)
        let special = table.shape[0] - 3
        var offsets = [Float](repeating: 0, count: heads * distances)
        biasGradient.withValues { bias in
            gradient.table.withMutableValues { table in
                for head in 0..<heads {
                    let plane = bias.baseAddress! + head * tokens * tokens
                    table[(special + 2) * heads + head] += plane[0]
                    for other in 1..<max(tokens, 1) {
                        table[special * heads + head] += plane[other]
                        table[(special + 1) * heads + head] += plane[other * tokens]
                    }
                    for query in 0..<newRows * newColumns {
                        for key in 0..<newRows * newColumns {
                            let distance = offsetIndex(query, key, newRows, newColumns)
                            offsets[head * distances + distance] += plane[(query + 1) * tokens + key + 1]
                        }
                    }
                }
            }
        }
        interpolatedBackward(offsets, from: 2 * newRows - 1, 2 * newColumns - 1, into: &gradient.table)
    }

    /// Which offset of a grid lies between two of its patches.
    private func offsetIndex(_ query: Int, _ key: Int, _ rows: Int, _ columns: Int) -> Int {
        let row = query / columns - key / columns + rows - 1
        let column = query % columns - key % columns + columns - 1
        return row * (2 * columns - 1) + column
    }

    /// Adds the gradient of `interpolated`'s result, `[heads, newHeight * newWidth]`, to the table's.
    private func interpolatedBackward(
        _ offsets: [Float], from newHeight: Int, _ newWidth: Int, into tableGradient: inout Tensor
    ) {
        let (height, width, heads) = (2 * columns - 1, 2 * rows - 1, table.shape[1])
        let vertical = (0..<newHeight).map { linearTaps($0, from: height, to: newHeight) }
        let horizontal = (0..<newWidth).map { linearTaps($0, from: width, to: newWidth) }
        tableGradient.withMutableValues { table in
            for (row, rowTaps) in vertical.enumerated() {
                for (column, columnTaps) in horizontal.enumerated() {
                    for (y, rowWeight) in rowTaps where rowWeight != 0 {
                        for (x, columnWeight) in columnTaps where columnWeight != 0 {
                            for head in 0..<heads {
                                table[(y * width + x) * heads + head] +=
                                    rowWeight * columnWeight * offsets[(head * newHeight + row) * newWidth + column]
                            }
                        }
                    }
                }
            }
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("table", &table, as: .position)
    }
}

/// The two cells that a new cell is made of, and their weights; sample points lie at the centres of cells.
private func linearTaps(_ index: Int, from size: Int, to newSize: Int) -> [(index: Int, weight: Float)] {
    let position = max((Float(index) + 0.5) * Float(size) / Float(newSize) - 0.5, 0)
    let base = Int(position)
    let fraction = position - Float(base)
    return [(base, 1 - fraction), (min(base + 1, size - 1), fraction)]
}
