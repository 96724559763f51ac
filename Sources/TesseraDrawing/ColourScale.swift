extension Canvas {
    /// A bar with the colours of values, and the lowest, middle and highest value beside it.
    func drawScale(from lowest: Float, to highest: Float, in bar: Rectangle) {
        for step in 0..<Int(bar.height) {
            let level = 1 - (Double(step) + 0.5) / bar.height
            let line = Rectangle(x: bar.x, y: bar.y + Double(step), width: bar.width, height: 1)
            fill(line, ColourMap.inferno.colour(level))
        }
        frame(bar, .gray)
        let middle = lowest / 2 + highest / 2
        for (part, value) in [(0.0, highest), (0.5, middle), (1.0, lowest)] {
            write(
                figure(value), x: bar.x + bar.width + 6, y: bar.y + 11 + part * (bar.height - 11), size: 13,
                colour: .gray)
        }
    }
}

/// A value to two digits that count: `0.013`, `0.0042`, `1.2e-07`.
package func figure(_ value: Float) -> String {
    let size = abs(value)
    guard size > 0 else { return "0" }
    var exponent = 0
    var scale = 1.0
    while Double(size) >= scale * 10 { (scale, exponent) = (scale * 10, exponent + 1) }
    while Double(size) < scale { (scale, exponent) = (scale / 10, exponent - 1) }
    var digits = Int((Double(size) / scale * 10).rounded())
    if digits == 100 { (digits, exponent) = (10, exponent + 1) }
    let sign = value < 0 ? "-" : ""
    switch exponent {
    case 1..<6: return sign + "\(digits)" + String(repeating: "0", count: exponent - 1)
    case 0: return sign + "\(digits / 10).\(digits % 10)"
    case -4..<0: return sign + "0." + String(repeating: "0", count: -exponent - 1) + "\(digits)"
    default: return sign + "\(digits / 10).\(digits % 10)e\(exponent)"
    }
}
