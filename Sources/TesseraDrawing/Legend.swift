/// The labels below a drawing, each beside a square of its colour, in columns.
struct Legend {
    /// A line of it; one without a colour says what is left out.
    struct Entry {
        let colour: Colour?
        let text: String
    }

    private let entries: [Entry]
    /// Room that there is, in pixels.
    private let room: Double
    /// The height of letters, in pixels.
    private let size: Double

    /// How many labels are listed; of more it is said how many they are.
    private static let most = 100
    /// The least width, in pixels, for pictures that are narrow.
    private static let leastWidth = 240.0

    /// - Parameters:
    ///   - labels: in their order.
    ///   - width: of the drawing above, in pixels.
    ///   - height: of the drawing above, in pixels.
    init(_ labels: [SegmentationDrawing.Label], width: Double, height: Double) {
        var entries = labels.prefix(Self.most).map { Entry(colour: LabelColours.colour($0.index), text: $0.text) }
        if labels.count > Self.most { entries.append(Entry(colour: nil, text: "and \(labels.count - Self.most) more")) }
        self.entries = entries
        room = max(width, Self.leastWidth)
        size = max(13, ((width * height).squareRoot() / 45).rounded())
    }

    /// Where its labels stand.
    func layout(on canvas: Canvas) -> Layout {
        let widest = entries.map { canvas.width($0.text, size: size) }.max() ?? 0
        let column = min(room, (widest + 3.5 * size).rounded(.up))
        let columnCount = max(1, min(entries.count, Int(room / column)))
        let rowCount = (entries.count + columnCount - 1) / columnCount
        return Layout(
            entries: entries, size: size, column: column, rowCount: rowCount, width: column * Double(columnCount),
            height: entries.isEmpty ? 0 : Double(rowCount) * Layout.line * size + size)
    }

    /// Labels in columns of one width, from top to bottom and from left to right.
    struct Layout {
        fileprivate let entries: [Entry]
        fileprivate let size, column: Double
        fileprivate let rowCount: Int
        /// All of it, in pixels.
        let width, height: Double

        /// From a line to the next, in heights of letters.
        fileprivate static let line = 1.6

        func draw(below y: Double, on canvas: Canvas) {
            for (index, entry) in entries.enumerated() {
                let left = Double(index / rowCount) * column + size / 2
                let top = y + size / 2 + Double(index % rowCount) * Self.line * size
                let square = Rectangle(x: left, y: (top + 0.2 * size).rounded(), width: 1.4 * size, height: size)
                if let colour = entry.colour {
                    canvas.fill(square, colour)
                    canvas.frame(square, .gray)
                }
                canvas.write(
                    entry.text, x: left + 1.9 * size, y: top + 1.08 * size, size: size, room: column - 2.4 * size)
            }
        }
    }
}
