/// A grid of weights, one a patch, to be looked up anywhere between its cells.
package struct WeightGrid {
    package let lowest: Float
    package let highest: Float
    private let rows: Int
    private let columns: Int
    private let weights: [Float]

    /// - Throws: `DrawingError` when a weight is NaN or infinite.
    package init(_ weights: [Float], rows: Int, columns: Int) throws(DrawingError) {
        guard weights.allSatisfy(\.isFinite) else {
            throw DrawingError(description: "the attention holds values that are not numbers")
        }
        (self.weights, self.rows, self.columns) = (weights, rows, columns)
        lowest = weights.min() ?? 0
        highest = weights.max() ?? 0
    }

    /// The weight at a place of the unit square, from 0 for the lowest to 1 for the highest; between the centres of
    /// four cells it is interpolated, and 0 everywhere when all weights are equal.
    package func level(x: Double, y: Double) -> Double {
        guard highest > lowest else { return 0 }
        let (row, rowPart) = WeightGrid.cell(y, count: rows)
        let (column, columnPart) = WeightGrid.cell(x, count: columns)
        let (nextRow, nextColumn) = (min(row + 1, rows - 1), min(column + 1, columns - 1))
        let upper = mixed(weights[row * columns + column], weights[row * columns + nextColumn], columnPart)
        let lower = mixed(weights[nextRow * columns + column], weights[nextRow * columns + nextColumn], columnPart)
        let weight = upper + (lower - upper) * rowPart
        return min(1, max(0, (weight - Double(lowest)) / (Double(highest) - Double(lowest))))
    }

    /// The cell whose centre lies at or before a position, and how far on towards the next one.
    private static func cell(_ position: Double, count: Int) -> (index: Int, part: Double) {
        let place = min(max(position * Double(count) - 0.5, 0), Double(count - 1))
        return (Int(place), place - Double(Int(place)))
    }

    private func mixed(_ a: Float, _ b: Float, _ part: Double) -> Double {
        Double(a) + (Double(b) - Double(a)) * part
    }
}
