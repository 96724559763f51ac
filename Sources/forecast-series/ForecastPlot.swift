import ArgumentParser
import TesseraCommands
import TesseraDrawing
import TesseraFiles
import TesseraForecasting
import TesseraSeries

/// The drawing that `--plot` asks for: the first series, as many as a sheet holds.
struct ForecastPlot {
    private let path: String
    private let format: DrawingFormat
    private let title: String
    private var panels: [ForecastDrawing.Panel] = []
    private let seriesCount: Int
    private var isWritten = false
    private var levels: [Double] = []

    /// - Parameters:
    ///   - path: Its ending, .png or .svg, says what to write.
    ///   - title: What is forecast and by what.
    ///   - seriesCount: How many series there are, those that cannot be drawn too.
    /// - Throws: `ValidationError` (exit code 64) when it has another ending.
    init(to path: String, title: String, seriesCount: Int) throws {
        (self.path, format) = (path, try ForecastPlot.format(of: path))
        (self.title, self.seriesCount) = (title, seriesCount)
    }

    static func format(of path: String) throws -> DrawingFormat {
        let name = splitPath(path).name
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() }
        guard let format = ending.flatMap(DrawingFormat.init) else {
            throw ValidationError("--plot must end in .png or .svg, but is \(path.quoted).")
        }
        return format
    }

    mutating func add(_ history: History, _ forecast: Forecast) {
        guard panels.count < ForecastDrawing.largestPanelCount else { return }
        levels = forecast.quantileLevels
        let shownCount = ForecastPlot.shownCount(history, horizon: forecast.mean.count)
        let times = history.times.suffix(shownCount) + Array(forecast.times)
        let marks = CalendarMarks(Array(times), largestCount: ForecastDrawing.largestMarkCount).marks
        let bands = pairs.map { low, high in
            ForecastDrawing.Band(
                lower: forecast.quantiles.map { $0[low] }, upper: forecast.quantiles.map { $0[high] })
        }
        panels.append(
            .init(
                title: forecast.name, history: Array(history.values.suffix(shownCount)), forecast: forecast.median,
                bands: bands, marks: marks.map { .init(index: $0.index, text: $0.text, context: $0.context) }))
    }

    /// Of a long history, what can be read beside the forecast: four times its length, or two seasons, or 48 steps; but the
    /// forecast keeps a twentieth.
    private static func shownCount(_ history: History, horizon: Int) -> Int {
        let wanted = max(4 * horizon, 48, min(2 * history.times.frequency.seasonLength, 20 * horizon))
        return min(history.count, wanted)
    }

    /// Levels that are equally far from the median, the widest band first.
    private var pairs: [(Int, Int)] {
        (0..<levels.count / 2).compactMap { low in
            let high = levels.lastIndex { abs(levels[low] + $0 - 1) < 1e-9 }
            return high.map { (low, $0) }
        }.filter { $0 < $1 }
    }

    /// Writes the drawing as soon as the sheet is full, or with the last series; nothing when none could be forecast.
    ///
    /// - Returns: What there is to warn of, if anything.
    mutating func writeOnce(isLast: Bool) throws(FileError) -> String? {
        guard !isWritten, !panels.isEmpty, isLast || panels.count == ForecastDrawing.largestPanelCount else {
            return nil
        }
        isWritten = true
        let drawing = ForecastDrawing(
            title: title, forecastName: levels.contains(0.5) ? "median" : "mean",
            bandNames: pairs.map { "\(levels[$0]) to \(levels[$1])" }, panels: panels)
        let format = format
        try writeDrawing(to: path) { try drawing.file(format) }
        guard seriesCount > panels.count else { return nil }
        return "\(path): shows \(panels.count) of \(seriesCount) series"
    }
}
