extension Tensor {
    /// The greatest of the cells in each window of maps `[batch, rows, columns, channels]`, of each channel. The first window has its
    /// middle on the first cell; there is nothing beyond the edges.
    ///
    /// - Parameters:
    ///   - side: cells of a window, down and to the right: odd.
    ///   - stride: cells from a window to the next one.
    /// - Returns: `[batch, output rows, output columns, channels]`
    package func maxPooled(side: Int, stride: Int) -> Tensor {
        let windows = MapWindows(of: shape, side: side, stride: stride)
        let (rows, columns, channels) = (shape[1], shape[2], shape[3])
        var result = Tensor(uninitialized: [shape[0], windows.outputRows, windows.outputColumns, channels])
        withValues { source in
            result.withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                Threads.forEachRange(of: shape[0] * windows.outputRows, grain: 1) { lines in
                    for line in lines {
                        let (item, down) = line.quotientAndRemainder(dividingBy: windows.outputRows)
                        let map = source + item * rows * columns * channels
                        let seen = Tensor.cells(around: down * stride, side: side, of: rows)
                        for right in 0..<windows.outputColumns {
                            let cell = target + (line * windows.outputColumns + right) * channels
                            cell.update(repeating: -.infinity, count: channels)
                            for row in seen {
                                for column in Tensor.cells(around: right * stride, side: side, of: columns) {
                                    let values = map + (row * columns + column) * channels
                                    for channel in 0..<channels {
                                        let (value, greatest) = (values[channel], cell[channel])
                                        cell[channel] = value > greatest ? value : greatest
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Those of `count` cells in a row that a window sees whose middle is there.
    private static func cells(around middle: Int, side: Int, of count: Int) -> Range<Int> {
        max(0, middle - side / 2)..<min(count, middle + side / 2 + 1)
    }
}
