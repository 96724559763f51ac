import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraForecasting

/// How forecasts, and the errors of a backtest, are printed.
enum ForecastFormat: String, CaseIterable, ExpressibleByArgument {
    /// A row a step, with a header.
    case csv
    /// One array of all series, in their order.
    case json
}

/// Prints forecasts in the order they come: JSON's array once all are there, so that a program which is stopped midway leaves
/// no half of one; CSV as they come.
struct ForecastPrinter {
    private let format: ForecastFormat
    private let levels: [Double]
    private var objects: [String] = []
    private var hasHeader = false

    init(_ format: ForecastFormat, quantileLevels: [Double]) {
        (self.format, levels) = (format, quantileLevels)
    }

    /// Prints, or keeps, what continues some series.
    mutating func add(_ forecasts: [Forecast]) throws {
        guard !forecasts.isEmpty else { return }
        guard format == .csv else {
            objects += try forecasts.map { String(decoding: try $0.json(), as: UTF8.self) }
            return
        }
        let header = commaSeparatedLine(["id", "time", "mean"] + levels.map(\.description))
        try StandardOutput.write((hasHeader ? "" : header) + forecasts.map(\.rows).joined())
        hasHeader = true
    }

    /// Prints the rest. Nothing is printed when no series could be forecast.
    func finish() throws {
        guard !objects.isEmpty else { return }
        try StandardOutput.write(jsonArray(objects))
    }
}

extension Forecast {
    fileprivate var rows: String {
        var rows = ""
        for ((time, mean), quantiles) in zip(zip(times, mean), quantiles) {
            rows += commaSeparatedLine([name, time.description] + ([mean] + quantiles).map(\.figure))
        }
        return rows
    }

    fileprivate func json() throws(FileError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: "id")
            json.array("quantiles") { json in for level in quantileLevels { json.write(level) } }
            json.array("forecast") { json in
                for ((time, mean), quantiles) in zip(zip(times, mean), quantiles) {
                    json.object { json in
                        json.write(time.description, for: "time")
                        json.write(mean.roundedToFloat, for: "mean")
                        json.array("values") { json in for value in quantiles { json.write(value.roundedToFloat) } }
                    }
                }
            }
        }
        return try json.finish(path: name)
    }
}
