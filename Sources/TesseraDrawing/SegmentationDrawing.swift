/// A picture in gray with the colour of each pixel's label over it, and below it a legend of the labels, in black on white.
public struct SegmentationDrawing: Sendable {
    /// A label that is there.
    public struct Label: Sendable {
        let index: Int
        let text: String

        /// - Parameters:
        ///   - index: as the label map has it; it decides the colour.
        ///   - text: its name, and whatever belongs to it.
        public init(index: Int, text: String) { (self.index, self.text) = (index, text) }
    }

    private let picture: Pixels
    private let colours: Pixels
    private let legend: Legend
    /// How many pixels of the drawing are one of the picture.
    private let scale: Double

    /// How much of a pixel is its label's colour, and how much of one beside a pixel of another label.
    private static let (opacity, edgeOpacity) = (0.55, 0.85)

    /// - Parameters:
    ///   - picture: red, green and blue bytes, row by row, `[height, width, 3]`.
    ///   - width: the picture's, in pixels.
    ///   - height: the picture's, in pixels.
    ///   - labelMap: the index of each pixel's label, `[height, width]`.
    ///   - labels: those that are to stand in the legend, in their order.
    public init(picture: [UInt8], width: Int, height: Int, labelMap: [UInt16], labels: [Label]) {
        precondition(
            width > 0 && height > 0 && picture.count == 3 * width * height, "picture must be [height, width, 3]")
        precondition(labelMap.count == width * height, "a label for each pixel")
        self.picture = Pixels(rgb: picture, width: width, height: height).gray
        colours = Pixels(width: width, height: height) { row, column in
            let place = row * width + column
            let label = labelMap[place]
            let isEdge =
                column + 1 < width && labelMap[place + 1] != label
                || row + 1 < height && labelMap[place + width] != label
            return (LabelColours.colour(Int(label)), isEdge ? Self.edgeOpacity : Self.opacity)
        }
        scale = Canvas.enlargement(width: width, height: height)
        legend = Legend(labels, width: Double(width) * scale, height: Double(height) * scale)
    }

    /// The drawing as a PNG file's bytes.
    ///
    /// - Throws: `DrawingError` when memory is short.
    public func png() throws(DrawingError) -> [UInt8] {
        let whole = Rectangle(x: 0, y: 0, width: Double(picture.width) * scale, height: Double(picture.height) * scale)
        let layout = legend.layout(on: try Canvas(width: 1, height: 1))
        let canvas = try Canvas(
            width: Int(max(whole.width, layout.width).rounded(.up)),
            height: Int((whole.height + layout.height).rounded(.up)))
        try canvas.draw(picture, in: whole, isSharp: false)
        try canvas.draw(colours, in: whole, isSharp: true)
        layout.draw(below: whole.height, on: canvas)
        return try canvas.finished()
    }
}
