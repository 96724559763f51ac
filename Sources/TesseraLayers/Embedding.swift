public import TesseraTensor

/// A table that gives each token id its vector.
public struct Embedding: Layer {
    /// `[vocabulary, hidden]`
    package var table: Table
    /// The token whose vector stays as it is where it is read, as PyTorch's `padding_idx` has it; nil for none.
    private let paddingToken: Int32?

    /// `[vocabulary, hidden]`
    public var weight: Tensor {
        get { table.dense }
        set { table = Table(newValue) }
    }

    /// - Parameter weight: `[vocabulary, hidden]`
    public init(weight: Tensor) { (table, paddingToken) = (Table(weight), nil) }

    /// A table of these sizes whose numbers are not there yet: see `Trainable`.
    ///
    /// - Parameters:
    ///   - vocabularySize: how many ids there are, 1 or more.
    ///   - hiddenSize: how many numbers the vector of each has, 1 or more.
    ///   - paddingToken: the token whose vector stays as it is where it is read.
    public init(vocabularySize: Int, hiddenSize: Int, paddingToken: Int32? = nil) {
        precondition(
            vocabularySize > 0 && hiddenSize > 0, "a table of \(vocabularySize) vectors of \(hiddenSize) is empty")
        table = Table(Tensor(unloaded: [vocabularySize, hiddenSize]))
        self.paddingToken = paddingToken
    }

    /// - Parameter ids: each in `0 ..< vocabulary`.
    /// - Returns: `[ids, hidden]`
    public func callAsFunction(_ ids: [Int32]) -> Tensor {
        table.gatheringRows(ids.map(Int.init))
    }

    /// Adds each row of `outputGradient` `[ids, hidden]` to the row of its id.
    public func accumulate(_ outputGradient: Tensor, ids: [Int32], into gradient: inout Embedding) {
        var (rows, ids) = (outputGradient, ids)
        if let paddingToken, ids.contains(paddingToken) {
            rows = rows.gatheringRows(ids.indices.filter { ids[$0] != paddingToken })
            ids.removeAll { $0 == paddingToken }
        }
        gradient.table.withDense { $0.ifWanted { $0.addRows(rows, at: ids.map(Int.init)) } }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("weight", &table)
    }
}
