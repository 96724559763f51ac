/// A picture with boxes around what is in it, each with its name on a plate of the box's colour: to be read on any background.
public struct DetectionDrawing: Sendable {
    /// A box in a picture's pixels, x to the right and y down.
    public struct Box: Sendable {
        let xmin, ymin, xmax, ymax: Double
        let text: String
        let colour: Int

        /// - Parameters:
        ///   - xmin: the left edge; edges beyond the picture are drawn at its own.
        ///   - ymin: the upper edge.
        ///   - xmax: the right edge.
        ///   - ymax: the lower edge.
        ///   - text: what it is.
        ///   - colour: boxes of one number have one colour.
        public init(
            xmin: Double, ymin: Double, xmax: Double, ymax: Double, text: String, colour: Int
        ) {
            (self.xmin, self.ymin, self.xmax, self.ymax) = (xmin, ymin, xmax, ymax)
            (self.text, self.colour) = (text, colour)
        }
    }

    private let pixels: Pixels
    private let boxes: [Box]
    /// How many pixels of the drawing are one of the picture: small pictures are enlarged, so that names have room.
    private let scale: Double

    /// - Parameters:
    ///   - picture: red, green and blue bytes, row by row. `[height, width, 3]`
    ///   - boxes: best first.
    public init(picture: [UInt8], width: Int, height: Int, boxes: [Box]) {
        precondition(
            width > 0 && height > 0 && picture.count == 3 * width * height, "picture must be [height, width, 3]")
        pixels = Pixels(rgb: picture, width: width, height: height)
        self.boxes = boxes
        scale = Canvas.enlargement(width: width, height: height)
    }

    /// The drawing as a PNG file's bytes.
    ///
    /// - Throws: `DrawingError` when memory is short.
    public func png() throws(DrawingError) -> [UInt8] {
        let whole = Rectangle(x: 0, y: 0, width: Double(pixels.width) * scale, height: Double(pixels.height) * scale)
        let canvas = try Canvas(width: Int(whole.width), height: Int(whole.height))
        try canvas.draw(pixels, in: whole, isSharp: false)
        let stroke = max(2, (max(whole.width, whole.height) / 400).rounded())
        // The best is drawn last, above the others; plates stand above all boxes.
        let visible = boxes.reversed().compactMap { box in frame(of: box, within: whole).map { (box, $0) } }
        for (box, frame) in visible { draw(frame, BoxColours.colour(box.colour), stroke, on: canvas) }
        for (box, frame) in visible { writePlate(box, at: frame, stroke, within: whole, on: canvas) }
        return try canvas.finished()
    }

    /// What is visible of a box; nil where it lies beside the picture, or its edges are no numbers.
    private func frame(of box: Box, within whole: Rectangle) -> Rectangle? {
        let (left, top) = (max(0, box.xmin * scale), max(0, box.ymin * scale))
        let (right, bottom) = (min(whole.width, box.xmax * scale), min(whole.height, box.ymax * scale))
        guard left <= right, top <= bottom else { return nil }
        return Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// A coloured line between two thin dark ones.
    private func draw(_ frame: Rectangle, _ colour: Colour, _ stroke: Double, on canvas: Canvas) {
        canvas.outline(frame, .black, width: stroke + 2)
        canvas.outline(frame, colour, width: stroke)
    }

    /// The name above the box, or inside it where there is no room above.
    private func writePlate(
        _ box: Box, at frame: Rectangle, _ stroke: Double, within whole: Rectangle, on canvas: Canvas
    ) {
        let size = max(13, (max(whole.width, whole.height) / 55).rounded())
        let width = min(whole.width, canvas.width(box.text, size: size, isBold: true) + size)
        let height = (size * 1.5).rounded()
        let x = max(0, min(frame.x - stroke / 2, whole.width - width))
        let above = frame.y - height - stroke / 2
        let y = above >= 0 ? above : min(frame.y + stroke / 2, max(0, whole.height - height))
        let plate = Rectangle(x: x, y: y, width: width, height: height)
        let colour = BoxColours.colour(box.colour)
        canvas.fill(plate, colour)
        canvas.write(
            box.text, x: x + size / 2, y: y + height - size * 0.42, size: size, isBold: true,
            colour: colour.isLight ? .black : .white, room: width - size)
    }
}

/// Colours that are told apart, also by the colour-blind (Okabe and Ito, 2008).
enum BoxColours {
    private static let all: [UInt32] = [0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7]

    static func colour(_ number: Int) -> Colour { Colour(hex: all[Int(number.magnitude % UInt(all.count))]) }
}

extension Colour {
    /// Whether black is read on it better than white (WCAG's relative luminance, roughly).
    var isLight: Bool { 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 }
}
