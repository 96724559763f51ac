package import TesseraTensor

/// The table of an embedding, `[rows, columns]`: a tensor, or, where it only is run, half of one's memory.
public struct Table: Sendable {
    private enum Form: Sendable {
        case dense(Tensor)
        case halves(HalfTable)
        /// The rows of the head that is tied to it.
        case packed(PackedMatrix)
    }

    private var form: Form

    package init(_ tensor: Tensor) { form = .dense(tensor) }

    /// The table of a head that is only run, and that then is in memory once; nil where another library holds the matrix.
    package init?(_ matrix: PackedMatrix) {
        guard matrix.holdsRows else { return nil }
        form = .packed(matrix)
    }

    /// Reads a table that is only run.
    ///
    /// - Parameter rows: some rows of it.
    /// - Throws: what `rows` throws.
    package init<Failure: Error>(
        shape: [Int], rows: (Range<Int>) throws(Failure) -> Tensor
    ) throws(Failure) {
        if let table = try HalfTable(shape, rows: rows) {
            form = .halves(table)
        } else {
            form = .dense(try rows(0..<shape[0]))
        }
    }

    /// `[rows, columns]`
    public var shape: [Int] {
        switch form {
        case .dense(let tensor): tensor.shape
        case .halves(let table): table.shape
        case .packed(let matrix): [matrix.output, matrix.input]
        }
    }

    /// The whole table as a tensor.
    package var dense: Tensor { rows(0..<shape[0]) }

    /// The rows in `range`, `[range, columns]`.
    package func rows(_ range: Range<Int>) -> Tensor {
        switch form {
        case .dense(let tensor): range == 0..<tensor.shape[0] ? tensor : tensor.rows(range)
        case .halves(let table): table.rows(range)
        case .packed(let matrix): matrix.gatheringRows(range)
        }
    }

    /// The rows at `indices`, `[indices, columns]`.
    package func gatheringRows(_ indices: [Int]) -> Tensor {
        switch form {
        case .dense(let tensor): tensor.gatheringRows(indices)
        case .halves(let table): table.gatheringRows(indices)
        case .packed(let matrix): matrix.gatheringRows(indices)
        }
    }

    /// Changes the tensor in its place; of a table that only is run nothing is changed.
    package mutating func withDense<Failure: Error>(_ body: (inout Tensor) throws(Failure) -> Void) throws(Failure) {
        guard case .dense(var tensor) = form else {
            var shapeAlone = Tensor(unloaded: shape)
            return try body(&shapeAlone)
        }
        form = .dense(Tensor(unloaded: tensor.shape))  // so that `tensor` has one owner, and is not copied
        defer { form = .dense(tensor) }
        try body(&tensor)
    }
}
