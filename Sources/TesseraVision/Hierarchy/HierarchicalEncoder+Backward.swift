internal import TesseraLayers
internal import TesseraTensor

extension HierarchicalEncoder {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        fileprivate var stages: [WindowStage.Saved] = []
        /// How many stages lie before these.
        fileprivate let frozenStageCount: Int
        fileprivate let isInputTrained: Bool
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Of stages before the first that is wanted
    ///     nothing is saved.
    ///   - isInputTrained: whether the backward pass has to reach x.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, tokens, hidden of the last stage]`
    func forward(
        _ x: Tensor, grid: (rows: Int, columns: Int), for gradient: HierarchicalEncoder? = nil,
        isInputTrained: Bool = true, regularization: Regularization = .none, random: RandomGenerator
    ) -> (output: Tensor, saved: Saved) {
        let frozen = isInputTrained ? 0 : gradient?.stages.firstIndex(where: \.isWanted) ?? 0
        var saved = Saved(frozenStageCount: frozen, isInputTrained: isInputTrained)
        let blockCount = stages.reduce(0) { $0 + $1.blocks.count }
        var map = TokenMap(tokens: x, rows: grid.rows, columns: grid.columns)
        var first = 0
        for (index, stage) in stages.enumerated() {
            let (output, stageSaved) = stage.forward(
                map, blocks: (first, blockCount), regularization: regularization, random: random)
            if index >= frozen { saved.stages.append(stageSaved) }
            map = output
            first += stage.blocks.count
        }
        return (map.tokens, saved)
    }

    /// - Parameters:
    ///   - outputGradient: `[batch, tokens, hidden of the last stage]`
    ///   - saved: what is held of a stage is given up once its backward is done.
    /// - Returns: dx, `[batch, rows * columns, hidden]`; nil where x is not trained.
    func backward(
        _ outputGradient: Tensor, _ saved: consuming Saved, into gradient: inout HierarchicalEncoder
    ) -> Tensor? {
        var x = outputGradient
        while let stage = saved.stages.popLast() {
            let index = saved.frozenStageCount + saved.stages.count
            x = stages[index].backward(x, stage, into: &gradient.stages[index])
        }
        return saved.isInputTrained ? x : nil
    }
}

extension WindowStage {
    struct Saved: Sendable {
        fileprivate let layouts: [WindowLayout]
        fileprivate var blocks: [WindowBlock.Saved] = []
        fileprivate var merging: PatchMerging.Saved?
    }

    /// - Parameter place: how many blocks lie before these, and how many there are in all.
    fileprivate func forward(
        _ map: TokenMap, blocks place: (first: Int, count: Int), regularization: Regularization,
        random: RandomGenerator
    ) -> (output: TokenMap, saved: Saved) {
        var map = map
        var saved = Saved(layouts: layouts(for: map))
        for (index, block) in blocks.enumerated() {
            let depth = Float(place.first + index) / Float(max(1, place.count - 1))
            let (output, blockSaved) = block.forward(
                map.tokens, saved.layouts[index % 2], regularization: regularization, depth: depth,
                random: random.part(place.first + index))
            map.tokens = output
            saved.blocks.append(blockSaved)
        }
        guard let merging else { return (map, saved) }
        let (merged, mergingSaved) = merging.forward(map)
        saved.merging = mergingSaved
        return (merged, saved)
    }

    /// - Parameter outputGradient: `[batch, tokens, hidden]`, of the map that left the stage.
    /// - Returns: that of the map that entered it.
    fileprivate func backward(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout WindowStage
    ) -> Tensor {
        var x = outputGradient
        if let merging, let mergingSaved = saved.merging {
            x = merging.backward(x, mergingSaved, into: &gradient.merging!)
        }
        for (index, blockSaved) in saved.blocks.enumerated().reversed() {
            x = blocks[index].backward(x, blockSaved, saved.layouts[index % 2], into: &gradient.blocks[index])
        }
        return x
    }
}

extension PatchMerging {
    struct Saved: Sendable {
        /// What the norm was applied to, `[batch, cells, 4 * hidden]`
        fileprivate let neighbours: Tensor
        /// What the reduction was applied to, in the same shape.
        fileprivate let normalized: Tensor
        /// Where among the neighbours each token of the map stands.
        fileprivate let positions: [Int]
    }

    fileprivate func forward(_ map: TokenMap) -> (output: TokenMap, saved: Saved) {
        let (places, rows, columns) = neighbours(in: map)
        let neighbours = map.tokens.gatheringTokens(places).reshaped(
            [map.tokens.shape[0], rows * columns, 4 * map.tokens.shape[2]])
        let normalized = norm(neighbours)
        var positions = [Int](repeating: 0, count: map.rows * map.columns)
        for (position, place) in places.enumerated() { if let place { positions[place] = position } }
        return (
            TokenMap(tokens: reduction(normalized), rows: rows, columns: columns),
            Saved(neighbours: neighbours, normalized: normalized, positions: positions)
        )
    }

    fileprivate func backward(_ outputGradient: Tensor, _ saved: Saved, into gradient: inout PatchMerging) -> Tensor {
        let normalized = reduction.backward(outputGradient, input: saved.normalized, into: &gradient.reduction)
        let neighbours = norm.backward(normalized, input: saved.neighbours, into: &gradient.norm)
        let (batch, cells, width) = (neighbours.shape[0], neighbours.shape[1], neighbours.shape[2])
        return neighbours.reshaped([batch, cells * 4, width / 4]).gatheringTokens(saved.positions)
    }
}
