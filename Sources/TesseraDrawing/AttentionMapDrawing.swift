/// A picture beside the same picture under a heat map of where a model looks, with a title and a scale of colours.
///
/// The grid covers the whole picture: when a model sees only the centre of a picture, pass that centre.
public struct AttentionMapDrawing: Sendable {
    private let pixels: Pixels
    private let weights: [Float]
    private let rows: Int
    private let columns: Int
    private let title: String
    private let caption: String

    /// - Parameters:
    ///   - picture: red, green and blue bytes, row by row. `[height, width, 3]`
    ///   - weights: a weight a patch, row by row, of any scale. `[rows, columns]`
    ///   - title: what the model says, `cat  98.3 %`.
    ///   - caption: what the map shows, `attention rollout`.
    public init(
        picture: [UInt8], width: Int, height: Int, weights: [Float], rows: Int, columns: Int, title: String,
        caption: String
    ) {
        precondition(
            width > 0 && height > 0 && picture.count == 3 * width * height, "picture must be [height, width, 3]")
        precondition(rows > 0 && columns > 0 && weights.count == rows * columns, "weights must be [rows, columns]")
        self.pixels = Pixels(rgb: picture, width: width, height: height)
        (self.weights, self.rows, self.columns) = (weights, rows, columns)
        (self.title, self.caption) = (title, caption)
    }

    /// The drawing as a PNG file's bytes.
    ///
    /// - Throws: `DrawingError` when a weight is not a number or memory is short.
    public func png() throws(DrawingError) -> [UInt8] {
        let grid = try WeightGrid(weights, rows: rows, columns: columns)
        let layout = AttentionMapLayout(pictureWidth: pixels.width, pictureHeight: pixels.height)
        let canvas = try Canvas(width: layout.width, height: layout.height)
        let room = Double(layout.width) - 2 * AttentionMapLayout.margin
        canvas.write(
            title, x: AttentionMapLayout.margin, y: layout.titleBaseline, size: 22, isBold: true, room: room)
        try canvas.draw(pixels, in: layout.picture, isSharp: layout.isEnlarged)
        try canvas.draw(pixels.gray, in: layout.map, isSharp: layout.isEnlarged)
        try canvas.draw(heat(of: grid, layout.map), in: layout.map, isSharp: true)
        for panel in [layout.picture, layout.map] { canvas.frame(panel, .gray) }
        write("picture", under: layout.picture, on: canvas, layout)
        write(caption, under: layout.map, on: canvas, layout)
        canvas.drawScale(from: grid.lowest, to: grid.highest, in: layout.scale)
        return try canvas.finished()
    }

    /// The heat map at the size of its panel. What counts little stays visible in the dark; what counts most glows.
    private func heat(of grid: WeightGrid, _ panel: Rectangle) -> Pixels {
        let (width, height) = (Int(panel.width), Int(panel.height))
        return Pixels(width: width, height: height) { row, column in
            let level = grid.level(
                x: (Double(column) + 0.5) / Double(width), y: (Double(row) + 0.5) / Double(height))
            return (ColourMap.inferno.colour(level), 0.45 + 0.25 * level)
        }
    }

    private func write(_ text: String, under panel: Rectangle, on canvas: Canvas, _ layout: AttentionMapLayout) {
        canvas.write(
            text, x: panel.x + panel.width / 2, y: layout.captionBaseline, size: 15, colour: .gray, alignment: .centre,
            room: layout.columnWidth)
    }
}
