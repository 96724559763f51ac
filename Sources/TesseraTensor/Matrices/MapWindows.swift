/// What a convolution sees of maps `[batch, rows, columns, channels]`: a row of its product is the cells of a window, line by line, with
/// the channels of a cell side by side. Cells beyond the edges are zeros.
package struct MapWindows: ProductRows {
    /// Rows, columns and channels of a map.
    private let rows, columns, channels: Int
    /// Cells of a window, down and to the right.
    private let side: Int
    /// Cells from a window to the next one.
    private let stride: Int
    /// Cells from one that a window sees to the next.
    private let dilation: Int
    /// Cells of zeros beyond each edge that windows see.
    private let padding: Int
    /// Rows and columns of the windows of a map.
    package let outputRows, outputColumns: Int
    package let count: Int

    /// - Parameters:
    ///   - shape: `[batch, rows, columns, channels]`
    ///   - side: cells of a window down and to the right.
    ///   - stride: cells from a window to the next one.
    ///   - dilation: cells from one that a window sees to the next.
    ///   - padding: cells of zeros beyond each edge that windows see; nil: so many that the first has its middle on the first cell.
    package init(of shape: [Int], side: Int, stride: Int, dilation: Int = 1, padding: Int? = nil) {
        precondition(shape.count == 4 && side > 0 && stride > 0, "\(side) cells on a map \(shape)")
        (rows, columns, channels) = (shape[1], shape[2], shape[3])
        (self.side, self.stride, self.dilation) = (side, stride, dilation)
        let margin = padding ?? side / 2 * dilation
        self.padding = margin
        func windows(_ cells: Int) -> Int {
            let free = cells + 2 * margin - (side - 1) * dilation - 1
            return cells == 0 || free < 0 ? 0 : free / stride + 1
        }
        (outputRows, outputColumns) = (windows(rows), windows(columns))
        count = shape[0] * outputRows * outputColumns
    }

    package var size: Int { side * side * channels }

    package func fit(_ count: Int) -> Bool {
        self.count / max(1, outputRows * outputColumns) * rows * columns * channels <= count
    }

    package func copy(_ row: Int, of x: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        let (line, right) = row.quotientAndRemainder(dividingBy: outputColumns)
        let (item, down) = line.quotientAndRemainder(dividingBy: outputRows)
        let width = side * channels
        for step in 0..<side {
            let cellRow = down * stride - padding + step * dilation
            if cellRow >= 0 && cellRow < rows {
                let line = x + (item * rows + cellRow) * columns * channels
                copy(line, from: right * stride - padding, to: target + step * width)
            } else {
                (target + step * width).update(repeating: 0, count: width)
            }
        }
    }

    /// Copies the cells that a window sees of one row of the map.
    private func copy(_ line: UnsafePointer<Float>, from first: Int, to target: UnsafeMutablePointer<Float>) {
        if dilation == 1 && first >= 0 && first + side <= columns {
            return target.update(from: line + first * channels, count: side * channels)
        }
        for step in 0..<side {
            let (column, cell) = (first + step * dilation, target + step * channels)
            if column >= 0 && column < columns {
                cell.update(from: line + column * channels, count: channels)
            } else {
                cell.update(repeating: 0, count: channels)
            }
        }
    }
}
