/// A spectrogram: time to the right, frequency upwards, colours for how much there is, with a title and axes.
public struct SpectrogramDrawing: Sendable {
    /// More columns than this are narrower than a pixel.
    public static let largestColumnCount = 1000

    private let values: [Float]
    private let columns: Int
    private let bins: Int
    private let duration: Double
    private let title: String
    private let caption: String

    /// - Parameters:
    ///   - values: of any scale, the lowest bin of a column first. `[columns, bins]`
    ///   - duration: what all columns last together, in seconds.
    ///   - title: what was recorded, `interview.flac`.
    ///   - caption: what the values are, `log-mel spectrogram, 80 bins`.
    public init(values: [Float], columns: Int, bins: Int, duration: Double, title: String, caption: String) {
        precondition(columns > 0 && bins > 0 && values.count == columns * bins, "values must be [columns, bins]")
        precondition(duration > 0 && duration.isFinite, "a duration of \(duration) seconds")
        (self.values, self.columns, self.bins, self.duration) = (values, columns, bins, duration)
        (self.title, self.caption) = (title, caption)
    }

    /// The drawing as a PNG file's bytes.
    ///
    /// - Throws: `DrawingError` when a value is not a number or memory is short.
    public func png() throws(DrawingError) -> [UInt8] {
        guard values.allSatisfy(\.isFinite), let lowest = values.min(), let highest = values.max() else {
            throw DrawingError(description: "the spectrogram holds values that are not numbers")
        }
        let layout = SpectrogramLayout(bins: bins)
        let canvas = try Canvas(width: layout.width, height: layout.height)
        let panel = layout.panel
        canvas.write(title, x: panel.x, y: layout.titleBaseline, size: 20, isBold: true, room: panel.width * 0.65)
        canvas.write(
            caption, x: panel.x + panel.width, y: layout.titleBaseline, size: 15, colour: .gray, alignment: .right,
            room: panel.width * 0.33)
        let range = Double(highest) - Double(lowest)
        let pixels = Pixels(width: columns, height: bins) { row, column in
            let value = Double(values[column * bins + bins - 1 - row])
            return (ColourMap.inferno.colour(range > 0 ? (value - Double(lowest)) / range : 0), 1)
        }
        try canvas.draw(pixels, in: panel, isSharp: columns <= Int(panel.width))
        canvas.frame(panel, .gray)
        drawAxes(layout, on: canvas)
        canvas.drawScale(from: lowest, to: highest, in: layout.scale)
        return try canvas.finished()
    }

    private func drawAxes(_ layout: SpectrogramLayout, on canvas: Canvas) {
        let panel = layout.panel
        let bottom = panel.y + panel.height
        let time = TimeAxis(duration: duration)
        for mark in time.marks {
            let x = panel.x + panel.width * mark.seconds / duration
            canvas.fill(Rectangle(x: x.rounded(), y: bottom, width: 1, height: SpectrogramLayout.tick), .gray)
            canvas.write(mark.text, x: x, y: bottom + 20, size: 13, colour: .gray, alignment: .centre)
        }
        canvas.write(
            time.unit, x: panel.x + panel.width / 2, y: bottom + 40, size: 13, colour: .gray, alignment: .centre)
        // A bin's number stands at its middle.
        let binHeight = panel.height / Double(bins)
        for bin in stride(from: 0, to: bins, by: SpectrogramLayout.binStep(bins)) {
            let y = bottom - (Double(bin) + 0.5) * binHeight
            let tick = SpectrogramLayout.tick
            canvas.fill(Rectangle(x: panel.x - tick, y: y.rounded(), width: tick, height: 1), .gray)
            canvas.write("\(bin)", x: panel.x - tick - 4, y: y + 5, size: 13, colour: .gray, alignment: .right)
        }
    }
}

/// Where the parts of a spectrogram's drawing go, in pixels.
private struct SpectrogramLayout {
    static let tick = 5.0
    private static let margin = 16.0

    let width: Int
    let height: Int
    let panel: Rectangle
    let scale: Rectangle
    var titleBaseline: Double { SpectrogramLayout.margin + 20 }

    /// The panel is about 400 pixels high, every bin equally so.
    init(bins: Int) {
        let margin = SpectrogramLayout.margin
        let panelHeight = Double(bins * max(1, 400 / bins))
        panel = Rectangle(
            x: margin + 40, y: margin + 36, width: Double(SpectrogramDrawing.largestColumnCount), height: panelHeight)
        scale = Rectangle(x: panel.x + panel.width + 24, y: panel.y, width: 16, height: panelHeight)
        width = Int(scale.x + scale.width + 64 + margin)
        height = Int(panel.y + panelHeight + 40 + margin)
    }

    /// About every fifth of the bins, in a round number.
    static func binStep(_ bins: Int) -> Int {
        [1, 2, 5, 10, 20, 50, 100, 200, 500].first { $0 * 6 >= bins } ?? bins
    }
}
