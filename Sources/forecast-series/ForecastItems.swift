import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraForecasting
import TesseraSeries

/// The part of the command that `--manifest`, `--shard` and `--output` ask for.
extension ForecastSeries {
    /// Forecasts the series of one table after the other, and gives a line of JSON for each table.
    func forecastItems(_ paths: [String]) throws {
        try items.refuse([
            ("--plot", plot != nil), ("--backtest", backtest != nil), ("--format", format != nil && format != .json),
        ])
        let inputs = try InputFiles(paths, extensions: ["csv"], kind: "tables")
        let forecastAll = try ItemRun(
            items, arguments: inputs, key: "series", results: ["forecasts"], run: common.run)
        try forecastAll.begin()
        let choice = try checkedChoice()
        try forecastAll { try $0.map { try result($0, choice) } }
    }

    private func result(_ item: Item, _ choice: ForecasterChoice) throws -> ItemResult {
        let series: [Series]
        do throws(FileError) {
            series = try read(item)
        } catch {
            return ItemResult(error: error)
        }
        let histories = series.flatMap(\.histories)
        let horizon = horizon(for: series, choice)
        let results = try stride(from: 0, to: histories.count, by: Self.batchSize).flatMap { start in
            let batch = histories[start..<min(start + Self.batchSize, histories.count)]
            return try choice.forecaster.results(Array(batch), horizon: horizon, levels(choice), bounds)
        }
        var forecasts: [Forecast] = []
        var failures: [FileError] = []
        for result in results {
            switch result {
            case .success(let forecast): forecasts.append(forecast)
            case .failure(let error): failures.append(FileError(error, in: item.name))
            }
        }
        // The last is reported with the item's line.
        failures.dropLast().forEach(StandardError.report)
        return ItemResult(error: failures.last) { json in
            json.array("forecasts") { json in for forecast in forecasts { forecast.write(to: &json) } }
        }
    }

    private func read(_ item: Item) throws(FileError) -> [Series] {
        let source: SeriesFile
        switch item.contents {
        case .object(let object): return [try object.series(path: item.name)]
        case .file(let path): source = try SeriesFile(path, options: table.fileOptions)
        case .standardInput: source = try SeriesFile(InputFile.standardInput(), options: table.fileOptions)
        case .bytes(let bytes):
            source = try SeriesFile(InputFile.holding(bytes, shownAs: item.name), options: table.fileOptions)
        }
        warn(of: source)
        return source.series
    }
}

extension JSONObject {
    /// A series in a manifest: `{"start": "2018-06-26", "frequency": "D", "values": [9.8, null, 11.9]}`, and where it has a name
    /// its `id`.
    ///
    /// - Parameter path: what errors call it.
    /// - Throws: `FileError` naming the member.
    fileprivate func series(path: String) throws(FileError) -> Series {
        guard let start = Timestamp(try string("start")) else { throw error("start", "is no time") }
        guard let frequency = Frequency(try string("frequency")) else { throw error("frequency", "is no frequency") }
        guard case .array(let elements)? = value("values") else { throw error("values", "must be a list of numbers") }
        var values: [Double] = []
        for element in elements {
            switch element {
            case .number(let number): values.append(number.double)
            case .null: values.append(.nan)
            default: throw error("values", "must be a list of numbers, with null where one is missing")
            }
        }
        let name = try string("id", default: "value")
        do throws(SeriesError) {
            return try Series(values, named: name, from: start, every: frequency)
        } catch {
            throw FileError(.badData, path: path, cause: error.cause)
        }
    }
}
