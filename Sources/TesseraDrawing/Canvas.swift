internal import CTesseraCairo

/// A rectangle in pixels, x to the right and y down.
struct Rectangle: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
}

struct Point: Equatable {
    var x: Double
    var y: Double
}

/// Where a text begins, ends or has its middle.
enum TextAlignment {
    case left, centre, right
}

/// What a drawing is saved as.
public enum DrawingFormat: String, CaseIterable, Sendable {
    /// Pixels.
    case png
    /// Lines and letters, at any size.
    case svg
}

/// A white sheet to draw on, saved as PNG or SVG.
///
/// Cairo keeps the first failure and ignores what follows; `finished()` reports it.
final class Canvas {
    /// The file's bytes as cairo writes them.
    fileprivate final class Sink {
        var bytes: [UInt8] = []
    }

    /// The least width and height of a drawing of a picture, in pixels, as far as sixteenfold enlargement brings it there.
    private static let leastSide = 480.0

    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let format: DrawingFormat
    private let sink = Sink()

    /// - Throws: `DrawingError` when there is no memory for so many pixels.
    init(width: Int, height: Int, format: DrawingFormat = .png) throws(DrawingError) {
        self.format = format
        // Cairo's constructors never return null: a failed object carries its status.
        surface =
            switch format {
            case .png:
                cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(clamping: width), Int32(clamping: height))
            // The surface writes at the latest when it is destroyed, in `deinit`: the sink lives longer.
            case .svg:
                cairo_svg_surface_create_for_stream(
                    appendToSink, Unmanaged.passUnretained(sink).toOpaque(), Double(width), Double(height))
            }
        context = cairo_create(surface)
        try check(cairo_status(context))
        set(.white)
        cairo_paint(context)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    /// How many pixels of a drawing are one of a picture: small pictures are enlarged, so that names have room.
    static func enlargement(width: Int, height: Int) -> Double {
        min(16, max(1, (leastSide / Double(max(width, height))).rounded(.up)))
    }

    /// Draws pixels stretched over a rectangle: enlarged as sharp squares or smoothly, reduced by averaging.
    func draw(_ pixels: Pixels, in rectangle: Rectangle, isSharp: Bool) throws(DrawingError) {
        let picture = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(pixels.width), Int32(pixels.height))
        defer { cairo_surface_destroy(picture) }
        try check(cairo_surface_status(picture))
        guard let memory = cairo_image_surface_get_data(picture) else { throw DrawingError(description: "no memory") }
        let stride = Int(cairo_image_surface_get_stride(picture))
        for row in 0..<pixels.height {
            let line = UnsafeMutableRawPointer(memory + row * stride)
            for column in 0..<pixels.width {
                line.storeBytes(of: pixels[row, column], toByteOffset: column * 4, as: UInt32.self)
            }
        }
        cairo_surface_mark_dirty(picture)
        cairo_save(context)
        cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
        cairo_clip(context)
        cairo_translate(context, rectangle.x, rectangle.y)
        cairo_scale(context, rectangle.width / Double(pixels.width), rectangle.height / Double(pixels.height))
        cairo_set_source_surface(context, picture, 0, 0)
        cairo_pattern_set_filter(cairo_get_source(context), isSharp ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD)
        cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
        cairo_paint(context)
        cairo_restore(context)
    }

    func fill(_ rectangle: Rectangle, _ colour: Colour) {
        set(colour)
        cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
        cairo_fill(context)
    }

    /// Fills what lies inside a line that is closed by itself.
    func fill(_ outline: [Point], _ colour: Colour) {
        guard !outline.isEmpty else { return }
        set(colour)
        trace(outline)
        cairo_fill(context)
    }

    /// A line through points, with rounded corners; of one point, a dot that is a little wider.
    func line(_ points: [Point], _ colour: Colour, width: Double, dash: Double = 0) {
        guard !points.isEmpty else { return }
        set(colour)
        cairo_set_line_width(context, points.count == 1 ? width * 2.5 : width)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(context, points.count == 1 ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
        if dash > 0 { cairo_set_dash(context, [dash, dash], 2, 0) }
        trace(points)
        if points.count == 1 { cairo_close_path(context) }
        cairo_stroke(context)
        cairo_set_dash(context, nil, 0, 0)
    }

    private func trace(_ points: [Point]) {
        cairo_move_to(context, points[0].x, points[0].y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
    }

    /// The outline of a rectangle, as wide inside as outside.
    func outline(_ rectangle: Rectangle, _ colour: Colour, width: Double) {
        set(colour)
        cairo_set_line_width(context, width)
        cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
        cairo_stroke(context)
    }

    /// A frame one pixel wide inside the rectangle's edge.
    func frame(_ rectangle: Rectangle, _ colour: Colour) {
        set(colour)
        cairo_set_line_width(context, 1)
        cairo_rectangle(
            context, rectangle.x + 0.5, rectangle.y + 0.5, max(0, rectangle.width - 1), max(0, rectangle.height - 1))
        cairo_stroke(context)
    }

    /// Writes one line of text with its baseline at `y`; what is wider than `room` is cut and ends in "…".
    ///
    /// Without fonts on the system cairo falls back to strokes of its own.
    func write(
        _ text: String, x: Double, y: Double, size: Double, isBold: Bool = false, colour: Colour = .black,
        alignment: TextAlignment = .left, room: Double = .infinity
    ) {
        select(size: size, isBold: isBold)
        set(colour)
        let line = fitted(text, room: room)
        let shift: Double =
            switch alignment {
            case .left: 0
            case .centre: width(line) / 2
            case .right: width(line)
            }
        cairo_move_to(context, x - shift, y)
        cairo_show_text(context, line)
    }

    /// Writes one line of text from `y` upwards with its baseline at `x`; what is longer than `room` is cut and ends in "…".
    func writeUpward(_ text: String, x: Double, y: Double, size: Double, room: Double) {
        cairo_save(context)
        cairo_translate(context, x, y)
        cairo_rotate(context, -.pi / 2)
        write(text, x: 0, y: 0, size: size, room: room)
        cairo_restore(context)
    }

    /// The finished sheet as a file's bytes. Nothing can be drawn afterwards.
    func finished() throws(DrawingError) -> [UInt8] {
        try check(cairo_status(context))
        switch format {
        case .png:
            try check(
                cairo_surface_write_to_png_stream(
                    surface, appendToSink, Unmanaged.passUnretained(sink).toOpaque()))
        case .svg:
            cairo_surface_finish(surface)
            try check(cairo_surface_status(surface))
        }
        return sink.bytes
    }

    private func set(_ colour: Colour) {
        cairo_set_source_rgb(context, colour.red, colour.green, colour.blue)
    }

    /// How wide a line of text will be, in pixels.
    func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
        select(size: size, isBold: isBold)
        return width(text)
    }

    private func select(size: Double, isBold: Bool) {
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
    }

    private func width(_ text: String) -> Double {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// One line without control characters, shortened until it fits.
    private func fitted(_ text: String, room: Double) -> String {
        var line = String(text.prefix(500).map { $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 })
        guard width(line) > room else { return line }
        while !line.isEmpty, width(line + "…") > room { line.removeLast() }
        return line + "…"
    }
}

/// Cairo's stream: `closure` is the canvas' sink.
private func appendToSink(
    closure: UnsafeMutableRawPointer?, data: UnsafePointer<UInt8>?, count: UInt32
) -> cairo_status_t {
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<Canvas.Sink>.fromOpaque(closure).takeUnretainedValue()
        .bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
}

private func check(_ status: cairo_status_t) throws(DrawingError) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    throw DrawingError(description: "the drawing failed: \(String(cString: cairo_status_to_string(status)))")
}
