/// The marks of a time axis that begins at 0: at round times, and few enough to be read.
package struct TimeAxis {
    package struct Mark: Equatable, Sendable {
        package let seconds: Double
        package let text: String
    }

    package let marks: [Mark]
    /// What the texts are in: `seconds`.
    package let unit: String

    /// Seconds between marks, to choose from.
    private static let steps: [Double] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
        7200,
        18_000, 36_000, 86_400,
    ]

    /// - Parameters:
    ///   - duration: in seconds.
    ///   - largestCount: how many marks there may be after the one at 0.
    package init(duration: Double, largestCount: Int = 12) {
        let smallest = duration / Double(largestCount)
        let step = TimeAxis.steps.first { $0 >= smallest } ?? (smallest / 86_400).rounded(.up) * 86_400
        marks = (0...Int(duration / step + 1e-9)).map { index in
            let seconds = Double(index) * step
            return Mark(seconds: seconds, text: TimeAxis.text(seconds, step: step, duration: duration))
        }
        unit = duration < 60 ? "seconds" : duration < 3600 ? "minutes : seconds" : "hours : minutes"
    }

    private static func text(_ seconds: Double, step: Double, duration: Double) -> String {
        let padded = { (number: Int, width: Int) in
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        let whole = Int(seconds.rounded())
        switch duration {
        case ..<60:
            guard step < 1 else { return "\(whole)" }
            let decimals = step < 0.01 ? 3 : step < 0.1 ? 2 : 1
            let scale = [1: 10, 2: 100, 3: 1000][decimals, default: 1]
            let scaled = Int((seconds * Double(scale)).rounded())
            return "\(scaled / scale)." + padded(scaled % scale, decimals)
        case ..<3600: return "\(whole / 60):" + padded(whole % 60, 2)
        default: return "\(whole / 3600):" + padded(whole / 60 % 60, 2)
        }
    }
}
