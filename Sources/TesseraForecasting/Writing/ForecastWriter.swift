public import TesseraFiles

/// Writes forecasts in the order they come. Values have seven digits, as many as a Float has.
///
/// ```swift
/// var writer = ForecastWriter(.csv, quantileLevels: [0.1, 0.5, 0.9])
/// for column in series {
///     let forecasts = try forecaster.forecast(column, horizon: 12, quantileLevels: [0.1, 0.5, 0.9])
///     print(try writer.text(for: forecasts), terminator: "")
/// }
/// print(writer.finish(), terminator: "")
/// ```
public struct ForecastWriter: Sendable {
    private let format: ForecastFormat
    private let levels: [Double]
    /// JSON's, which stand in one array.
    private var objects: [String] = []
    private var hasHeader = false

    /// - Parameters:
    ///   - format: how they are written.
    ///   - quantileLevels: those of every forecast that comes: the columns behind the mean.
    public init(_ format: ForecastFormat, quantileLevels: [Double]) {
        (self.format, levels) = (format, quantileLevels)
    }

    /// What is to be written as soon as some series are forecast, with its last line end: nothing of JSON's array, so that a
    /// program which is stopped midway leaves no half of one.
    ///
    /// - Throws: `FileError` when JSON is to hold a value that is NaN or infinite.
    public mutating func text(for forecasts: [Forecast]) throws(FileError) -> String {
        guard !forecasts.isEmpty else { return "" }
        guard format == .csv else {
            for forecast in forecasts { objects.append(String(decoding: try forecast.json(), as: UTF8.self)) }
            return ""
        }
        defer { hasHeader = true }
        let header = commaSeparatedLine(["id", "time", "mean"] + levels.map(\.description))
        return (hasHeader ? "" : header) + forecasts.map(\.rows).joined()
    }

    /// What is to be written behind the last series; nothing when none could be forecast.
    public func finish() -> String { objects.isEmpty ? "" : jsonArray(objects) }
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
        write(to: &json)
        return try json.finish(path: name)
    }

    /// Writes the forecast as one object.
    package func write(to json: inout JSONWriter) {
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
    }
}
