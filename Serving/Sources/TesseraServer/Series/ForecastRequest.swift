internal import Foundation
internal import TesseraFiles
internal import TesseraForecasting
internal import TesseraSeries

/// What a client wants forecast.
struct ForecastRequest: Sendable {
    /// `{"series": {"start": "2018-06-26", "frequency": "D", "values": [9.8, null, 11.9]}, "horizon": 7}`
    struct Body: Decodable, Sendable {
        struct Values: Decodable, Sendable {
            let id: String?
            let start, frequency: String
            let values: [Double?]
        }
        let series: OneOrMany<Values>
        let horizon: Int?
        let quantileLevels: [Double]?
        let history: Int?
        let model: String?
    }

    private enum Source: Sendable {
        case values([Body.Values])
        case table(UploadedFile, SeriesFile.Options)
    }

    let model: String?
    let horizon: Int?
    /// How many of each series' last values are told beside its forecast.
    let historyCount: Int
    private let levels: [Double]?
    private let source: Source

    init(_ body: Body) throws(APIError) {
        (model, horizon, levels) = (body.model, body.horizon, body.quantileLevels)
        historyCount = try (body.history ?? 0).checked("history", in: 0...100_000)
        source = .values(try body.series.checked("series", limit: 100_000))
    }

    init(_ form: Form) throws(APIError) {
        model = form.text("model")
        horizon = try form.number("horizon", in: 1...1_000_000_000)
        historyCount = try form.number("history", in: 0...100_000) ?? 0
        levels = try form.text("quantile_levels").map { text throws(APIError) in
            let levels = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
            guard !levels.contains(nil) else {
                throw .invalid("'quantile_levels' must be numbers with commas between them.", "quantile_levels")
            }
            return levels.compactMap(\.self)
        }
        var options = SeriesFile.Options()
        (options.timeColumn, options.identifierColumn) = (form.text("time_column"), form.text("id_column"))
        options.valueColumns = form.text("value_columns")?.split(separator: ",").map(String.init)
        options.frequency = try form.text("frequency").map(Self.frequency)
        source = .table(try form.requiredFile("file"), options)
    }

    /// The levels that are asked for, or those that `forecast-series` prints.
    ///
    /// - Throws: `APIError` 400 where they are not in their order, or the model gives none.
    func quantileLevels(of forecaster: Forecaster) throws(APIError) -> [Double] {
        guard let levels else { return forecaster.givesQuantiles ? [0.1, 0.5, 0.9] : [] }
        let areSound = levels.allSatisfy { $0 > 0 && $0 < 1 } && zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
        guard areSound, levels.count <= 99 else {
            throw .invalid("'quantile_levels' must increase between 0 and 1, 99 at most.", "quantile_levels")
        }
        return levels
    }

    /// - Throws: `FileError` where the table is damaged; `APIError`, `SeriesError` where values make no series.
    func series(_ limits: ServerLimits) throws -> (series: [Series], warnings: [String]) {
        switch source {
        case .table(let file, let options):
            let table = try file.named { path throws(FileError) in try SeriesFile(path, options: options) }
            return (table.series, table.warnings)
        case .values(let list):
            let series = try list.enumerated().map { index, values in
                guard let start = Timestamp(values.start) else {
                    throw APIError.invalid("'\(values.start.prefix(40))' is no time.", "series.\(index).start")
                }
                return try Series(
                    values.values.map { $0 ?? .nan }, named: values.id ?? "value", from: start,
                    every: Self.frequency(values.frequency))
            }
            return (series, [])
        }
    }

    private static func frequency(_ text: String) throws(APIError) -> Frequency {
        guard let frequency = Frequency(text) else {
            throw .invalid("'\(text.prefix(40))' is no frequency, such as h, D or 15min.", "frequency")
        }
        return frequency
    }
}
