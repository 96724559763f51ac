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
        drawScale(of: grid, layout, on: canvas)
        return try canvas.png()
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

    /// The bar of colours at the right, with the lowest, middle and highest weight beside it.
    private func drawScale(of grid: WeightGrid, _ layout: AttentionMapLayout, on canvas: Canvas) {
        let bar = layout.scale
        for step in 0..<Int(bar.height) {
            let level = 1 - (Double(step) + 0.5) / bar.height
            let line = Rectangle(x: bar.x, y: bar.y + Double(step), width: bar.width, height: 1)
            canvas.fill(line, ColourMap.inferno.colour(level))
        }
        canvas.frame(bar, .gray)
        let middle = grid.lowest / 2 + grid.highest / 2
        for (part, weight) in [(0.0, grid.highest), (0.5, middle), (1.0, grid.lowest)] {
            canvas.write(
                figure(weight), x: bar.x + bar.width + 6, y: bar.y + 11 + part * (bar.height - 11), size: 13,
                colour: .gray)
        }
    }
}

/// A weight to two digits that count: `0.013`, `0.0042`, `1.2e-07`.
package func figure(_ weight: Float) -> String {
    let size = abs(weight)
    guard size > 0 else { return "0" }
    var exponent = 0
    var scale = 1.0
    while Double(size) >= scale * 10 { (scale, exponent) = (scale * 10, exponent + 1) }
    while Double(size) < scale { (scale, exponent) = (scale / 10, exponent - 1) }
    var digits = Int((Double(size) / scale * 10).rounded())
    if digits == 100 { (digits, exponent) = (10, exponent + 1) }
    let sign = weight < 0 ? "-" : ""
    switch exponent {
    case 1..<6: return sign + "\(digits)" + String(repeating: "0", count: exponent - 1)
    case 0: return sign + "\(digits / 10).\(digits % 10)"
    case -4..<0: return sign + "0." + String(repeating: "0", count: -exponent - 1) + "\(digits)"
    default: return sign + "\(digits / 10).\(digits % 10)e\(exponent)"
    }
}
