public import TesseraLayers
public import TesseraTensor
package import TesseraTransformer

/// Stages of blocks whose tokens attend to each other within windows, with fewer and wider tokens from stage to stage (Liu et al., 2021,
/// Swin Transformer).
public struct HierarchicalEncoder: Layer {
    /// One after the other.
    public var stages: [WindowStage]

    /// An encoder whose parameters a checkpoint will fill.
    ///
    /// - Parameters:
    ///   - hierarchy: its sizes.
    ///   - block: of the blocks, but for what each stage has of its own.
    package init(_ hierarchy: VisionConfiguration.Hierarchy, _ block: BlockConfiguration) {
        stages = hierarchy.stages.enumerated().map { index, stage in
            var own = block
            own.hiddenSize = hierarchy.embeddingSize << index
            own.headCount = stage.headCount
            own.intermediateSize = max(1, Int(Double(own.hiddenSize) * hierarchy.expansion))
            return WindowStage(
                own, blockCount: stage.blockCount, windowSide: hierarchy.windowSide,
                isLast: index == hierarchy.stages.count - 1)
        }
    }

    /// - Parameters:
    ///   - x: `[batch, rows * columns, hidden]`
    ///   - grid: rows and columns of the map.
    ///   - observe: called with what enters the first stage, and what leaves each.
    /// - Returns: `[batch, tokens, hidden of the last stage]`
    public func callAsFunction(
        _ x: Tensor, grid: (rows: Int, columns: Int), observe: ((Tensor) -> Void)? = nil
    ) -> Tensor {
        var map = TokenMap(tokens: x, rows: grid.rows, columns: grid.columns)
        observe?(map.tokens)
        for stage in stages {
            map = stage(map)
            observe?(map.tokens)
        }
        return map.tokens
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("stages", &stages)
    }
}

/// Tokens that lie on a grid, row by row.
struct TokenMap {
    /// `[batch, rows * columns, hidden]`
    var tokens: Tensor
    let rows, columns: Int
}

/// Some blocks on one map, and what brings it to half its sides.
public struct WindowStage: Layer {
    /// Every other one looks at windows that are shifted by half their side.
    public var blocks: [WindowBlock]
    /// nil in the last stage.
    public var merging: PatchMerging?
    private let windowSide: Int

    init(_ block: BlockConfiguration, blockCount: Int, windowSide: Int, isLast: Bool) {
        self.windowSide = windowSide
        blocks = Array(repeating: WindowBlock(block, windowSide: windowSide), count: blockCount)
        merging = isLast ? nil : PatchMerging(hiddenSize: block.hiddenSize, epsilon: block.normalizationEpsilon)
    }

    func callAsFunction(_ map: TokenMap) -> TokenMap {
        var map = map
        let layouts = layouts(for: map)
        for (index, block) in blocks.enumerated() {
            guard !Cancellation.isDue else { break }
            map.tokens = block(map.tokens, layouts[index % 2])
        }
        return merging.map { $0(map) } ?? map
    }

    /// How the map is cut, for the blocks with even and with odd numbers.
    func layouts(for map: TokenMap) -> [WindowLayout] {
        // A map that is no larger than a window is one, or a row of them: there is nothing to shift.
        let isSmall = min(map.rows, map.columns) <= windowSide
        let side = min(windowSide, map.rows, map.columns)
        return [0, isSmall ? 0 : windowSide / 2].map {
            WindowLayout(rows: map.rows, columns: map.columns, side: side, shift: $0)
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("blocks", &blocks)
        try visitor.visit("merging", &merging)
    }
}
