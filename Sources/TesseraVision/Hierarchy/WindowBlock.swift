public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// A block whose attention stays within windows, with a learned bias for each offset between two tokens of a window.
public struct WindowBlock: Layer {
    /// The two sublayers.
    public var block: TransformerBlock
    /// `[(2 side - 1)², heads]`
    public var relativePositions: Tensor
    private let windowSide: Int

    init(_ configuration: BlockConfiguration, windowSide: Int) {
        self.windowSide = windowSide
        block = TransformerBlock(configuration)
        relativePositions = Tensor(unloaded: [(2 * windowSide - 1) * (2 * windowSide - 1), configuration.headCount])
    }

    /// - Parameter x: `[batch, tokens, hidden]`, of the map that the layout was made for.
    /// - Returns: `[batch, tokens, hidden]`
    func callAsFunction(_ x: Tensor, _ layout: WindowLayout) -> Tensor {
        let bias = bias(side: layout.side)
        // Places beside the map are zeros, and are attended to.
        let windows = layout.windows(of: block.attentionNorm(x))
        let attended = layout.kinds.map { kind in
            block.attention(layout.windows(windows, of: kind), bias: kind.masking(bias))
        }
        var sum = layout.tokens(of: attended, batch: x.shape[0])
        sum += x
        return block.feedForward(block.feedForwardNorm(sum), addingTo: sum)
    }

    /// `[heads, side², side²]`
    func bias(side: Int) -> Tensor {
        let (heads, tokens) = (relativePositions.shape[1], side * side)
        return relativePositions.gatheringRows(offsets(side: side)).transposed().reshaped([heads, tokens, tokens])
    }

    /// Adds the gradient of a bias to that of the table.
    ///
    /// - Parameter bias: `[heads, side², side²]`
    func addBiasGradient(_ bias: Tensor, side: Int, to table: inout Tensor) {
        let offsets = offsets(side: side)
        table.addRows(bias.reshaped([bias.shape[0], offsets.count]).transposed(), at: offsets)
    }

    /// Which row of the table each pair of tokens of a window reads.
    private func offsets(side: Int) -> [Int] {
        let reach = 2 * windowSide - 1
        return (0..<side * side).flatMap { query in
            (0..<side * side).map { key in
                (query / side - key / side + windowSide - 1) * reach + query % side - key % side + windowSide - 1
            }
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("block", &block)
        try visitor.visit("relativePositions", &relativePositions, as: .position)
    }
}

extension WindowLayout.Kind {
    /// The bias of each head `[heads, side², side²]` with the windows' mask.
    func masking(_ bias: Tensor) -> Tensor {
        var sum = bias
        if let mask { sum.addToEachSequence(mask) }
        return sum
    }
}

/// Makes one token of four neighbours, twice as wide.
public struct PatchMerging: Layer {
    /// Of the four side by side.
    public var norm: Normalization
    /// `[2 * hidden, 4 * hidden]`
    public var reduction: Linear

    init(hiddenSize: Int, epsilon: Float) {
        norm = Normalization(.layerNorm, size: 4 * hiddenSize, epsilon: epsilon)
        reduction = Linear(input: 4 * hiddenSize, output: 2 * hiddenSize, bias: false)
    }

    /// Maps of an odd side are filled up with zeros.
    func callAsFunction(_ map: TokenMap) -> TokenMap {
        let (places, rows, columns) = neighbours(in: map)
        let (batch, hidden) = (map.tokens.shape[0], map.tokens.shape[2])
        let neighbours = map.tokens.gatheringTokens(places).reshaped([batch, rows * columns, 4 * hidden])
        return TokenMap(tokens: reduction(norm(neighbours)), rows: rows, columns: columns)
    }

    /// Which tokens of the map become each token of the next, four by four; nil beside the map.
    func neighbours(in map: TokenMap) -> (places: [Int?], rows: Int, columns: Int) {
        let (rows, columns) = ((map.rows + 1) / 2, (map.columns + 1) / 2)
        let places = (0..<rows * columns).flatMap { cell in
            [(0, 0), (1, 0), (0, 1), (1, 1)].map { down, right -> Int? in
                let (row, column) = (2 * (cell / columns) + down, 2 * (cell % columns) + right)
                return row < map.rows && column < map.columns ? row * map.columns + column : nil
            }
        }
        return (places, rows, columns)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("norm", &norm)
        try visitor.visit("reduction", &reduction)
    }
}
