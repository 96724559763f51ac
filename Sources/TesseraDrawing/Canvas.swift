internal import CTesseraCairo

/// A rectangle in pixels, x to the right and y down.
struct Rectangle: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
}

/// Where a text begins, ends or has its middle.
enum TextAlignment {
    case left, centre, right
}

/// A white sheet to draw on, saved as PNG.
///
/// Cairo keeps the first failure and ignores what follows; `png()` reports it.
final class Canvas {
    private let surface: OpaquePointer
    private let context: OpaquePointer

    /// - Throws: `DrawingError` when there is no memory for so many pixels.
    init(width: Int, height: Int) throws(DrawingError) {
        // Cairo's constructors never return null: a failed object carries its status.
        surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(clamping: width), Int32(clamping: height))
        context = cairo_create(surface)
        try check(cairo_status(context))
        set(.white)
        cairo_paint(context)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
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
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
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

    /// The finished sheet as a PNG file's bytes.
    func png() throws(DrawingError) -> [UInt8] {
        try check(cairo_status(context))
        var bytes: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &bytes) { bytes in
            cairo_surface_write_to_png_stream(
                surface,
                { closure, data, count in
                    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                    closure.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                    return CAIRO_STATUS_SUCCESS
                }, bytes)
        }
        try check(status)
        return bytes
    }

    private func set(_ colour: Colour) {
        cairo_set_source_rgb(context, colour.red, colour.green, colour.blue)
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

private func check(_ status: cairo_status_t) throws(DrawingError) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    throw DrawingError(description: "the drawing failed: \(String(cString: cairo_status_to_string(status)))")
}
