/// A picture as cairo takes it: a 32-bit number a pixel, alpha in the highest byte, colours multiplied by alpha.
struct Pixels {
    let width: Int
    let height: Int
    private var values: [UInt32]

    /// From red, green and blue bytes, row by row.
    init(rgb: [UInt8], width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        values = (0..<width * height).map { index in
            let (red, green, blue) = (UInt32(rgb[3 * index]), UInt32(rgb[3 * index + 1]), UInt32(rgb[3 * index + 2]))
            return 0xFF00_0000 | red << 16 | green << 8 | blue
        }
    }

    /// Computes each pixel's colour and opacity (0 to 1).
    init(width: Int, height: Int, _ pixel: (_ row: Int, _ column: Int) -> (colour: Colour, opacity: Double)) {
        (self.width, self.height) = (width, height)
        values = []
        values.reserveCapacity(width * height)
        for row in 0..<height {
            for column in 0..<width {
                let (colour, opacity) = pixel(row, column)
                let part = { (value: Double) in UInt32((value * opacity * 255).rounded()) }
                let (red, green, blue) = (part(colour.red), part(colour.green), part(colour.blue))
                values.append(part(1) << 24 | red << 16 | green << 8 | blue)
            }
        }
    }

    /// The same picture without its colours (Rec. 709), so that colours laid over it keep their meaning.
    var gray: Pixels {
        var copy = self
        for (index, value) in values.enumerated() {
            let (red, green, blue) = (value >> 16 & 255, value >> 8 & 255, value & 255)
            let lightness = (2126 * red + 7152 * green + 722 * blue) / 10_000
            copy.values[index] = value & 0xFF00_0000 | lightness << 16 | lightness << 8 | lightness
        }
        return copy
    }

    subscript(row: Int, column: Int) -> UInt32 { values[row * width + column] }
}
