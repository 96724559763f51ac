internal import TesseraFiles

extension BacktestReport {
    /// The report in a format, with its last line end; its description is a table for people. What is not finite, since there is
    /// nothing to tell it from, is left empty, or null.
    public func text(as format: ForecastFormat) -> String {
        switch format {
        case .csv: commaSeparated
        case .json: json()
        }
    }

    /// The errors of a row under their names; not finite where there is nothing to tell them from.
    private func errors(_ index: Int) -> [(name: String, value: Double)] {
        let (accuracy, relative) = (rows[index].accuracy, relative[index])
        return [
            ("mae", accuracy.meanAbsoluteError), ("mse", accuracy.meanSquaredError),
            ("rmse", accuracy.rootMeanSquaredError), ("mase", accuracy.meanAbsoluteScaledError),
            ("relative_mase", relative.scaledError), ("smape", accuracy.symmetricMeanAbsolutePercentageError),
            ("wql", accuracy.weightedQuantileLoss), ("relative_wql", relative.quantileLoss),
        ]
    }

    /// `0.8`, without the noise of a difference.
    private func name(_ coverage: ForecastAccuracy.Coverage) -> String { coverage.expected.figure }

    private var commaSeparated: String {
        let coverages = rows[0].accuracy.coverages.map { "coverage_" + name($0) }
        var text = commaSeparatedLine(
            ["forecaster", "horizon", "windows"] + errors(0).map(\.name) + coverages)
        for (index, row) in rows.enumerated() {
            let values = errors(index).map(\.value) + row.accuracy.coverages.map(\.observed)
            text += commaSeparatedLine(
                [row.name, "\(horizon)", "\(windowCount)"] + values.map { $0.isFinite ? $0.figure : "" })
        }
        return text
    }

    private func json() -> String {
        var objects: [String] = []
        for (index, row) in rows.enumerated() {
            var json = JSONWriter()
            json.object { json in
                json.write(row.name, for: "forecaster")
                json.write(horizon, for: "horizon")
                json.write(windowCount, for: "windows")
                for (name, value) in errors(index) { json.writeKnown(value.roundedToFloat, for: name) }
                json.object("coverage") { json in
                    for coverage in row.accuracy.coverages {
                        json.writeKnown(coverage.observed.roundedToFloat, for: name(coverage))
                    }
                }
            }
            // Every number is known, so that JSON can express it.
            let bytes = (try? json.finish(path: row.name)) ?? []
            objects.append(String(decoding: bytes, as: UTF8.self))
        }
        return jsonArray(objects)
    }
}
