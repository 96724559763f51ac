/// What each of some tokens takes from each of others, or of themselves: a row a query, a column a key, the brighter the more, with
/// the tokens' texts beside their rows and above their columns, a title and a scale of colours.
public struct TokenAttentionDrawing: Sendable {
    private let weights: [Float]
    private let queries: [String]
    private let keys: [String]
    private let title: String
    private let caption: String

    /// - Parameters:
    ///   - weights: 0 or more, of any scale, row by row. `[queries, keys]`
    ///   - queries: the texts of the tokens that attend; long ones are cut.
    ///   - keys: the texts of the tokens that are attended to; long ones are cut.
    ///   - title: what attends, `the decoder's last block`.
    ///   - caption: what the weights are, `mean of 4 heads`.
    public init(weights: [Float], queries: [String], keys: [String], title: String, caption: String) {
        precondition(!queries.isEmpty && !keys.isEmpty, "there are no tokens")
        precondition(weights.count == queries.count * keys.count, "weights must be [queries, keys]")
        (self.weights, self.queries, self.keys) = (weights, queries, keys)
        (self.title, self.caption) = (title, caption)
    }

    /// The drawing as a PNG file's bytes.
    ///
    /// - Throws: `DrawingError` when a weight is not a number or memory is short.
    public func png() throws(DrawingError) -> [UInt8] {
        guard weights.allSatisfy(\.isFinite), let highest = weights.max() else {
            throw DrawingError(description: "the attention holds values that are not numbers")
        }
        let layout = try TokenAttentionLayout(queries, keys)
        let canvas = try Canvas(width: layout.width, height: layout.height)
        canvas.write(title, x: layout.left, y: layout.titleBaseline, size: 20, isBold: true, room: layout.titleWidth)
        canvas.write(
            caption, x: layout.left, y: layout.captionBaseline, size: 15, colour: .gray, room: layout.titleWidth)
        try canvas.draw(pixels(upTo: highest), in: layout.panel, isSharp: true)
        canvas.frame(layout.panel, .gray)
        writeTokens(layout, on: canvas)
        canvas.drawScale(from: 0, to: highest, in: layout.scale)
        return try canvas.finished()
    }

    /// A pixel a pair.
    private func pixels(upTo highest: Float) -> Pixels {
        Pixels(width: keys.count, height: queries.count) { row, column in
            let weight = weights[row * keys.count + column]
            return (ColourMap.inferno.colour(highest > 0 ? Double(weight) / Double(highest) : 0), 1)
        }
    }

    private func writeTokens(_ layout: TokenAttentionLayout, on canvas: Canvas) {
        let (panel, cell) = (layout.panel, layout.cell)
        for (row, text) in queries.enumerated() {
            canvas.write(
                text, x: panel.x - 8, y: panel.y + (Double(row) + 0.5) * cell + 5, size: layout.letterSize,
                alignment: .right, room: layout.queryWidth)
        }
        for (column, text) in keys.enumerated() {
            let middle = panel.x + (Double(column) + 0.5) * cell
            if layout.areKeysUpright {
                canvas.writeUpward(
                    text, x: middle + 5, y: panel.y - 8, size: layout.letterSize,
                    room: TokenAttentionLayout.longestLabel)
            } else {
                canvas.write(
                    text, x: middle, y: panel.y - 8, size: layout.letterSize, alignment: .centre, room: cell)
            }
        }
    }
}

/// Where the parts of a drawing of tokens' attention go, in pixels.
private struct TokenAttentionLayout {
    static let longestLabel = 160.0
    private static let margin = 24.0
    private static let headHeight = 84.0
    /// Between the caption and the panel.
    private static let keyHeight = 12.0
    private static let shortestLabel = 56.0

    let cell: Double
    let letterSize: Double
    let queryWidth: Double
    /// Whether the keys, wider than their columns, are written upwards.
    let areKeysUpright: Bool
    let panel: Rectangle
    let scale: Rectangle
    let width: Int
    let height: Int

    var left: Double { TokenAttentionLayout.margin }
    var titleWidth: Double { Double(width) - 2 * TokenAttentionLayout.margin }
    var titleBaseline: Double { TokenAttentionLayout.margin + 16 }
    var captionBaseline: Double { TokenAttentionLayout.margin + 40 }
    /// The longer side of the panel has about 480 pixels, and every cell at least 4.
    ///
    /// - Throws: `DrawingError` when memory is short.
    init(_ queries: [String], _ keys: [String]) throws(DrawingError) {
        let margin = TokenAttentionLayout.margin
        let cell = Double(min(40, max(4, 480 / max(queries.count, keys.count))))
        let letterSize = min(16, cell * 0.75)
        let ruler = try Canvas(width: 1, height: 1)
        func widest(_ labels: [String]) -> Double {
            let widths = labels.map { ruler.width(String($0.prefix(100)), size: letterSize) }
            return min(TokenAttentionLayout.longestLabel, widths.max() ?? 0).rounded(.up)
        }
        let widestKey = widest(keys)
        (self.cell, self.letterSize) = (cell, letterSize)
        queryWidth = max(TokenAttentionLayout.shortestLabel, widest(queries))
        areKeysUpright = widestKey > cell
        let keyHeight = areKeysUpright ? max(0, widestKey - TokenAttentionLayout.keyHeight) : 0
        panel = Rectangle(
            x: margin + queryWidth + 8, y: margin + TokenAttentionLayout.headHeight + keyHeight,
            width: cell * Double(keys.count), height: cell * Double(queries.count))
        // A narrow panel leaves room for the title.
        let right = max(panel.x + panel.width, 320)
        scale = Rectangle(x: right + 24, y: panel.y, width: 16, height: max(panel.height, 60))
        width = Int(scale.x + scale.width + 64 + margin)
        height = Int(scale.y + scale.height + margin)
    }
}
