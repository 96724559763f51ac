public import TesseraLayers
public import TesseraTensor

/// The token that tells a model how far apart the values of a series lie (Ekambaram et al., 2024, 3.1.2, resolution prefix
/// tuning): a table, and a network with one hidden layer.
public struct FrequencyEmbedding: Layer {
    /// A row for each frequency that the model knows, and the first for any other: `[frequencies, patch length]`.
    public var table: Embedding
    /// `[middle, patch length]`, and GELU behind it.
    public var hidden: Linear
    /// `[hidden, middle]`
    public var output: Linear

    /// A layer whose parameters a checkpoint will fill.
    package init(frequencyCount: Int, patchSize: Int, hiddenSize: Int) {
        let middle = (patchSize + hiddenSize) / 2
        table = Embedding(vocabularySize: frequencyCount, hiddenSize: patchSize)
        hidden = Linear(input: patchSize, output: middle)
        output = Linear(input: middle, output: hiddenSize)
    }

    /// - Parameter token: a row of the table.
    /// - Returns: `[hidden]`
    public func callAsFunction(_ token: Int) -> Tensor {
        let vector = output(hidden(table([Int32(token)]), activation: .gelu))
        return vector.reshaped([vector.count])
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("table", &table)
        try visitor.visit("hidden", &hidden)
        try visitor.visit("output", &output)
    }
}
