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
            block.attention(
                layout.windows(windows, of: kind), bias: kind.mask.map { bias.adding($0) } ?? bias)
        }
        var sum = layout.tokens(of: attended, batch: x.shape[0])
        sum += x
        return block.feedForward(block.feedForwardNorm(sum), addingTo: sum)
    }

    /// `[heads, side², side²]`
    private func bias(side: Int) -> Tensor {
        let (heads, tokens, reach) = (relativePositions.shape[1], side * side, 2 * windowSide - 1)
        var bias = Tensor(uninitialized: [heads, tokens, tokens])
        bias.withMutableValues { bias in
            relativePositions.withValues { table in
                for query in 0..<tokens {
                    for key in 0..<tokens {
                        let down = query / side - key / side + windowSide - 1
                        let right = query % side - key % side + windowSide - 1
                        for head in 0..<heads {
                            bias[(head * tokens + query) * tokens + key] = table[(down * reach + right) * heads + head]
                        }
                    }
                }
            }
        }
        return bias
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("block", &block)
        try visitor.visit("relativePositions", &relativePositions, as: .position)
    }
}

extension Tensor {
    /// A mask `[tokens, tokens]` added to the bias of each head.
    fileprivate func adding(_ mask: Tensor) -> Tensor {
        var sum = self
        sum.addToEachSequence(mask)
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
        let (rows, columns) = ((map.rows + 1) / 2, (map.columns + 1) / 2)
        let (batch, hidden) = (map.tokens.shape[0], map.tokens.shape[2])
        let places = (0..<rows * columns).flatMap { cell in
            [(0, 0), (1, 0), (0, 1), (1, 1)].map { down, right -> Int? in
                let (row, column) = (2 * (cell / columns) + down, 2 * (cell % columns) + right)
                return row < map.rows && column < map.columns ? row * map.columns + column : nil
            }
        }
        let neighbours = map.tokens.gatheringTokens(places).reshaped([batch, rows * columns, 4 * hidden])
        return TokenMap(tokens: reduction(norm(neighbours)), rows: rows, columns: columns)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("norm", &norm)
        try visitor.visit("reduction", &reduction)
    }
}
