/// Pictures on one sheet, each with its name and a note below, best first, row by row.
public struct ContactSheetDrawing: Sendable {
    /// A picture on the sheet.
    public struct Picture: Sendable {
        let pixels: Pixels
        let caption: String
        let note: String

        /// - Parameters:
        ///   - pixels: red, green and blue bytes, row by row. `[height, width, 3]`
        ///   - caption: its name.
        ///   - note: what is said of it, such as how well it fits.
        public init(pixels: [UInt8], width: Int, height: Int, caption: String, note: String) {
            precondition(
                width > 0 && height > 0 && pixels.count == 3 * width * height, "picture must be [height, width, 3]")
            self.pixels = Pixels(rgb: pixels, width: width, height: height)
            (self.caption, self.note) = (caption, note)
        }
    }

    /// The longer side that a picture has on the sheet, in pixels.
    public static let pictureSide = 200.0
    /// How many pictures a sheet holds; more are left out.
    public static let largestPictureCount = 200

    private let pictures: [Picture]
    private let title: String

    private static let margin = 20.0
    private static let titleHeight = 40.0
    private static let captionHeight = 44.0

    /// - Parameters:
    ///   - pictures: best first; larger ones are reduced.
    ///   - title: what was looked for.
    public init(pictures: [Picture], title: String) {
        (self.pictures, self.title) = (Array(pictures.prefix(Self.largestPictureCount)), title)
    }

    /// The drawing as a PNG file's bytes.
    ///
    /// - Throws: `DrawingError` when memory is short.
    public func png() throws(DrawingError) -> [UInt8] {
        let columns = max(1, min(5, pictures.count))
        let rows = max(1, (pictures.count + columns - 1) / columns)
        let (across, down) = (Self.pictureSide + Self.margin, Self.pictureSide + Self.captionHeight + Self.margin)
        let width = Self.margin + Double(columns) * across
        let canvas = try Canvas(
            width: Int(width), height: Int(Self.margin + Self.titleHeight + Double(rows) * down))
        canvas.write(
            title, x: Self.margin, y: Self.margin + 22, size: 20, isBold: true, room: width - 2 * Self.margin)
        for (index, picture) in pictures.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            let corner = Point(
                x: Self.margin + Double(column) * across, y: Self.margin + Self.titleHeight + Double(row) * down)
            try draw(picture, at: corner, on: canvas)
        }
        return try canvas.finished()
    }

    /// A picture in the middle of its place, and what is said of it below.
    private func draw(_ picture: Picture, at corner: Point, on canvas: Canvas) throws(DrawingError) {
        let side = Self.pictureSide
        let scale = min(4, side / Double(max(picture.pixels.width, picture.pixels.height)))
        let (width, height) = (Double(picture.pixels.width) * scale, Double(picture.pixels.height) * scale)
        let place = Rectangle(
            x: (corner.x + (side - width) / 2).rounded(), y: (corner.y + (side - height) / 2).rounded(), width: width,
            height: height)
        try canvas.draw(picture.pixels, in: place, isSharp: false)
        canvas.frame(place, .gray)
        let middle = corner.x + side / 2
        canvas.write(picture.caption, x: middle, y: corner.y + side + 18, size: 14, alignment: .centre, room: side)
        canvas.write(
            picture.note, x: middle, y: corner.y + side + 36, size: 13, colour: .gray, alignment: .centre)
    }
}
