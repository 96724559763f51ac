/// A colour, each part from 0 to 1.
package struct Colour: Sendable, Equatable {
    package var red: Double
    package var green: Double
    package var blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// From `0xRRGGBB`.
    init(hex: UInt32) {
        self.init(Double(hex >> 16 & 255) / 255, Double(hex >> 8 & 255) / 255, Double(hex & 255) / 255)
    }

    static let black = Colour(hex: 0x000000)
    static let white = Colour(hex: 0xFFFFFF)
    static let gray = Colour(hex: 0x5F6368)
}

/// Colours for values from 0 to 1 that look evenly spaced to the eye and stay ordered in print and for the colour-blind.
package struct ColourMap: Sendable {
    private let stops: [Colour]

    /// "Inferno" of Smith and van der Walt (2015, CC0): black, purple, orange, pale yellow.
    package static let inferno = ColourMap(
        stops: [
            0x000004, 0x1B0C42, 0x4B0C6B, 0x781C6D, 0xA52C60, 0xCF4446, 0xED6925, 0xFB9A06, 0xF7D03C, 0xFCFFA4,
        ].map(Colour.init(hex:)))

    /// The colour of a value; values beyond 0 and 1 take the colour of the end.
    package func colour(_ value: Double) -> Colour {
        let position = min(max(value, 0), 1) * Double(stops.count - 1)
        let lower = min(Int(position), stops.count - 2)
        let part = position - Double(lower)
        let (a, b) = (stops[lower], stops[lower + 1])
        return Colour(
            a.red + (b.red - a.red) * part, a.green + (b.green - a.green) * part, a.blue + (b.blue - a.blue) * part)
    }
}
