/// Where the parts of a drawing of forecasts go, in pixels.
struct ForecastLayout {
    static let width = 1000
    static let labelSize = 13.0
    private static let margin = 16.0
    private static let header = 78.0
    /// Below a panel, for the two lines of its times.
    private static let footer = 44.0
    /// Above a panel, for its title.
    private static let panelTitle = 26.0

    let left: Double
    let panelWidth: Double
    private let panelHeight: Double
    var titleBaseline: Double { ForecastLayout.margin + 20 }
    var legendBaseline: Double { ForecastLayout.margin + 48 }

    /// - Parameter labelWidth: Of the widest label of the axes of values.
    init(panelCount: Int, labelWidth: Double) {
        left = ForecastLayout.margin + min(labelWidth, 160).rounded(.up) + 12
        panelWidth = Double(ForecastLayout.width) - ForecastLayout.margin - 20 - left
        panelHeight = ForecastLayout.panelHeight(panelCount)
    }

    static func height(panelCount: Int) -> Int {
        Int(header + Double(panelCount) * (panelTitle + panelHeight(panelCount) + footer) + margin / 2)
    }

    /// The panel that is `index` from the top.
    func panel(_ index: Int) -> Rectangle {
        let distance = ForecastLayout.panelTitle + panelHeight + ForecastLayout.footer
        return Rectangle(
            x: left, y: ForecastLayout.header + Double(index) * distance + ForecastLayout.panelTitle,
            width: panelWidth, height: panelHeight)
    }

    private static func panelHeight(_ count: Int) -> Double { count == 1 ? 380 : count == 2 ? 260 : 180 }
}
