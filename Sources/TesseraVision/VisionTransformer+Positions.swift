internal import TesseraTensor
internal import TesseraTransformer

/// Tokens and positions of a grid: that of the training's pictures, or of others.
///
/// Detection tokens stand before the patches here, so that the last block may leave out all that is not asked for. In tables of positions
/// theirs stand behind the patches', as in checkpoints.
extension VisionTransformer {
    /// Height and width of pictures that are filled up to whole patches.
    func wholeSize(_ pixels: Tensor) -> (Int, Int) {
        let (height, width) = (configuration.patchHeight, configuration.patchWidth)
        return ((pixels.shape[2] + height - 1) / height * height, (pixels.shape[3] + width - 1) / width * width)
    }

    /// Pictures filled up with zeros to whole patches, below and at the right, where the family does so.
    func wholePatches(_ pixels: Tensor) -> Tensor {
        let (height, width) = wholeSize(pixels)
        guard configuration.hierarchy != nil, (height, width) != (pixels.shape[2], pixels.shape[3]) else {
            return pixels
        }
        let (oldHeight, oldWidth) = (pixels.shape[2], pixels.shape[3])
        var result = Tensor(shape: [pixels.shape[0], pixels.shape[1], height, width], repeating: 0)
        pixels.withValues { source in
            result.withMutableValues { target in
                for row in 0..<pixels.shape[0] * pixels.shape[1] * oldHeight {
                    let (plane, y) = row.quotientAndRemainder(dividingBy: oldHeight)
                    (target.baseAddress! + (plane * height + y) * width)
                        .update(from: source.baseAddress! + row * oldWidth, count: oldWidth)
                }
            }
        }
        return result
    }

    /// Registers and detection tokens, whose numbers are not there yet.
    static func furtherTokens(_ configuration: VisionConfiguration) -> (registers: Tensor?, detection: Tensor?) {
        func tokens(_ count: Int) -> Tensor? {
            count > 0 ? Tensor(unloaded: [count, configuration.block.hiddenSize]) : nil
        }
        return (tokens(configuration.registerCount), tokens(configuration.detectionTokenCount))
    }

    /// The tables, whose numbers are not there yet.
    static func positionTables(_ configuration: VisionConfiguration) -> (first: Tensor?, behindBlocks: Tensor?) {
        let shape = [configuration.positionCount, configuration.embeddingSize]
        let behindBlocks = configuration.hasBlockPositions ? [configuration.layerCount - 1, 1] + shape : nil
        return (
            configuration.hasPositionTable ? Tensor(unloaded: shape) : nil, behindBlocks.map(Tensor.init(unloaded:))
        )
    }

    /// What is added to the tokens of a picture: the table, interpolated where the picture is not of the training's size.
    ///
    /// - Parameter table: `[positions, hidden]`
    /// - Returns: `[leading tokens + rows * columns, hidden]`
    func positionTable(_ table: Tensor, rows: Int, columns: Int) -> Tensor {
        let isOfTrainingSize = (rows, columns) == (configuration.gridRows, configuration.gridColumns)
        let first = configuration.classTokenCount
        if isOfTrainingSize && configuration.leadingTokenCount == first { return table }
        let patches = positionsOfPatches(table, rows: rows, columns: columns)
        let hidden = table.shape[1]
        let values =
            table.rows(0..<first).values + [Float](repeating: 0, count: configuration.registerCount * hidden)
            + table.rows(first + configuration.gridRows * configuration.gridColumns..<table.shape[0]).values
            + patches.values
        return Tensor(shape: [configuration.leadingTokenCount + rows * columns, hidden], values)
    }

    private func positionsOfPatches(_ table: Tensor, rows: Int, columns: Int) -> Tensor {
        let (oldRows, oldColumns) = (configuration.gridRows, configuration.gridColumns)
        let first = configuration.classTokenCount
        return interpolatedPositions(
            table.rows(first..<first + oldRows * oldColumns), rows: oldRows, columns: oldColumns, to: rows, columns,
            configuration.positionInterpolation)
    }

    /// The gradient of a table, given that of what `positionTable` made of it.
    ///
    /// - Parameter sum: `[leading tokens + rows * columns, hidden]`
    func addPositionGradient(_ sum: Tensor, rows: Int, columns: Int, to gradient: inout Tensor) {
        let (first, leading) = (configuration.classTokenCount, configuration.leadingTokenCount)
        let behind = first + configuration.gridRows * configuration.gridColumns
        let patches = interpolatedPositionsBackward(
            sum.rows(leading..<sum.shape[0]), rows: configuration.gridRows, columns: configuration.gridColumns,
            from: rows, columns, configuration.positionInterpolation)
        gradient.addRows(sum.rows(0..<first), at: Array(0..<first))
        gradient.addRows(patches, at: Array(first..<behind))
        gradient.addRows(
            sum.rows(leading - configuration.detectionTokenCount..<leading), at: Array(behind..<gradient.shape[0]))
    }

    /// Adds the gradient of what was added behind a block to that of its table.
    ///
    /// - Parameter sum: `[leading tokens + rows * columns, hidden]`
    func addBlockPositionGradient(
        _ sum: Tensor, behind block: Int, rows: Int, columns: Int, to gradient: inout VisionTransformer
    ) {
        guard let shape = blockPositions?.shape else { return }
        var table = Tensor(shape: [shape[2], shape[3]], repeating: 0)
        addPositionGradient(sum, rows: rows, columns: columns, to: &table)
        var whole = Tensor(shape: shape, repeating: 0).reshaped([shape[0], shape[2] * shape[3]])
        whole.addRows(table, at: [block])
        gradient.blockPositions! += whole.reshaped(shape)
    }

    /// What turns queries and keys, where positions are rotary.
    func rotation(for pixels: Tensor) -> Rotation? {
        let (rows, columns) = grid(of: pixels)
        return configuration.rotaryPositions?(
            rows: rows, columns: columns, behind: configuration.leadingTokenCount)
    }

    /// What is added to the tokens that leave a block, where there is such.
    func blockPositions(for pixels: Tensor) -> (Int) -> Tensor? {
        let (rows, columns) = grid(of: pixels)
        return { block in
            guard let blockPositions, block < blockPositions.shape[0] else { return nil }
            let table = blockPositions.rows(block..<block + 1).reshaped(Array(blockPositions.shape.suffix(2)))
            return positionTable(table, rows: rows, columns: columns)
        }
    }
}
