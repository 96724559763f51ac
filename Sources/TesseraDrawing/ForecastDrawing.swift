/// Forecasts: what was, what is expected next, and bands for how sure that is; with a title, a legend and axes. Several series
/// stand below one another.
public struct ForecastDrawing: Sendable {
    /// A mark of the axis of times.
    public struct TimeMark: Sendable {
        /// Which of the values, counted from the first of the history.
        let index: Int
        let text: String
        /// What the text leaves open, written below it where it changes.
        let context: String?

        /// - Parameters:
        ///   - index: which of the values, counted from the first of the history.
        ///   - text: what stands below the axis there.
        ///   - context: what the text leaves open, such as the day of an hour; nil where there is nothing to add.
        public init(index: Int, text: String, context: String?) {
            (self.index, self.text, self.context) = (index, text, context)
        }
    }

    /// What values stay within with a certain probability.
    public struct Band: Sendable {
        /// Of each step of the forecast.
        let lower, upper: [Double]

        /// - Parameters:
        ///   - lower: the lower bound at each step of the forecast.
        ///   - upper: the upper bound at each step of the forecast.
        public init(lower: [Double], upper: [Double]) { (self.lower, self.upper) = (lower, upper) }
    }

    /// One series.
    public struct Panel: Sendable {
        let title: String
        let history, forecast: [Double]
        let bands: [Band]
        let marks: [TimeMark]

        /// - Parameters:
        ///   - history: The last values, NaN where one is missing; at equal distances in time, as all others.
        ///   - forecast: What is expected next.
        ///   - bands: The widest first.
        public init(title: String, history: [Double], forecast: [Double], bands: [Band], marks: [TimeMark]) {
            precondition(!forecast.isEmpty, "a forecast has at least one step")
            precondition(
                bands.allSatisfy { $0.lower.count == forecast.count && $0.upper.count == forecast.count },
                "a band is as long as its forecast")
            let count = history.count + forecast.count
            precondition(marks.allSatisfy { (0..<count).contains($0.index) }, "marks lie on the axis")
            (self.title, self.history, self.forecast) = (title, history, forecast)
            (self.bands, self.marks) = (bands, marks)
        }
    }

    /// More would make a sheet that no screen shows.
    public static let largestPanelCount = 8
    /// How many marks of time stand beside each other without touching.
    public static let largestMarkCount = 12

    private let title: String
    private let forecastName: String
    private let bandNames: [String]
    private let panels: [Panel]

    /// - Parameters:
    ///   - title: What is forecast and by what, `load.csv, theta`.
    ///   - forecastName: What the line of the forecast is, `median`.
    ///   - bandNames: What the bands of all panels are, the widest first: `0.1 to 0.9`.
    ///   - panels: From one to `largestPanelCount`.
    public init(title: String, forecastName: String, bandNames: [String], panels: [Panel]) {
        precondition((1...ForecastDrawing.largestPanelCount).contains(panels.count), "\(panels.count) panels")
        precondition(panels.allSatisfy { $0.bands.count == bandNames.count }, "a name for each band")
        (self.title, self.forecastName, self.bandNames) = (title, forecastName, bandNames)
        self.panels = panels
    }

    /// The drawing as a file's bytes.
    ///
    /// - Throws: `DrawingError` when values are infinite or too far apart, or memory is short.
    public func file(_ format: DrawingFormat) throws(DrawingError) -> [UInt8] {
        var axes: [ValueAxis] = []
        for panel in panels {
            let values = [panel.history, panel.forecast] + panel.bands.flatMap { [$0.lower, $0.upper] }
            axes.append(try ValueAxis(values.joined()))
        }
        let canvas = try Canvas(
            width: ForecastLayout.width, height: ForecastLayout.height(panelCount: panels.count), format: format)
        let labels = axes.flatMap(\.marks).map { canvas.width($0.text, size: ForecastLayout.labelSize) }
        let layout = ForecastLayout(panelCount: panels.count, labelWidth: labels.max() ?? 0)
        canvas.write(
            title, x: layout.left, y: layout.titleBaseline, size: 20, isBold: true, room: layout.panelWidth)
        drawLegend(layout, on: canvas)
        for (index, panel) in panels.enumerated() {
            panel.draw(in: layout.panel(index), axes[index], on: canvas)
        }
        return try canvas.finished()
    }

    /// Only bands that there are, and the history, have their sign here.
    private func drawLegend(_ layout: ForecastLayout, on canvas: Canvas) {
        let y = layout.legendBaseline
        var x = layout.left
        func entry(_ text: String, _ draw: (Rectangle) -> Void) {
            draw(Rectangle(x: x, y: y - 11, width: 24, height: 12))
            canvas.write(text, x: x + 30, y: y, size: ForecastLayout.labelSize, colour: .gray)
            x += 30 + canvas.width(text, size: ForecastLayout.labelSize) + 22
        }
        func line(_ colour: Colour) -> (Rectangle) -> Void {
            { sign in
                let y = sign.y + sign.height / 2
                canvas.line([Point(x: sign.x, y: y), Point(x: sign.x + sign.width, y: y)], colour, width: 2)
            }
        }
        entry("history", line(.history))
        entry(forecastName, line(.forecast))
        for (index, name) in bandNames.enumerated() {
            entry(name) { canvas.fill($0, .band(index, of: bandNames.count)) }
        }
    }
}

extension Colour {
    static let history = Colour(hex: 0x3C4043)
    static let forecast = Colour(hex: 0x0B57A4)
    static let grid = Colour(hex: 0xE3E6EA)

    /// From a light blue for the widest to a deeper one for the narrowest.
    static func band(_ index: Int, of count: Int) -> Colour {
        let part = count > 1 ? Double(index) / Double(count - 1) : 0.35
        let (light, deep) = (Colour(hex: 0xD6E6F7), Colour(hex: 0x7DB1E3))
        return Colour(
            light.red + (deep.red - light.red) * part, light.green + (deep.green - light.green) * part,
            light.blue + (deep.blue - light.blue) * part)
    }
}
