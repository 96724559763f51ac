/// How accurate forecasters were in a backtest, beside seasonal naive. Its description is a table.
public struct BacktestReport: Sendable {
    /// One forecaster's errors.
    public struct Row: Sendable {
        /// The forecaster's.
        public let name: String
        /// Over all windows of all columns.
        public let accuracy: ForecastAccuracy
    }

    /// The steps of each window.
    public let horizon: Int
    /// Of all columns together.
    public let windowCount: Int
    /// How many of the windows do not count, since all their values are missing.
    public let emptyWindowCount: Int
    /// Seasonal naive first.
    public let rows: [Row]

    /// The scaled error and the quantile loss as shares of seasonal naive's, by row: below 1 is better than it.
    public var relative: [(scaledError: Double, quantileLoss: Double)] {
        let baseline = rows[0].accuracy
        return rows.map {
            (
                $0.accuracy.meanAbsoluteScaledError / baseline.meanAbsoluteScaledError,
                $0.accuracy.weightedQuantileLoss / baseline.weightedQuantileLoss
            )
        }
    }
}

extension BacktestReport: CustomStringConvertible {
    public var description: String {
        let interval = rows[0].accuracy.coverages.first.map { "in \(Int(($0.expected * 100).rounded())) %" }
        var table = [
            ["", "MAE", "MSE", "RMSE", "MASE", "to s.n.", "sMAPE", "WQL", "to s.n."] + (interval.map { [$0] } ?? [])
        ]
        for (row, relative) in zip(rows, relative) {
            let accuracy = row.accuracy
            let numbers = [
                accuracy.meanAbsoluteError, accuracy.meanSquaredError, accuracy.rootMeanSquaredError,
                accuracy.meanAbsoluteScaledError, relative.scaledError,
                accuracy.symmetricMeanAbsolutePercentageError, accuracy.weightedQuantileLoss, relative.quantileLoss,
            ]
            let coverage = accuracy.coverages.first.map { [BacktestReport.percent($0.observed)] } ?? []
            table.append([row.name] + numbers.map(BacktestReport.shown) + coverage)
        }
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        let lines = table.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }
            return cells.joined(separator: "  ")
        }
        let windows = windowCount == 1 ? "1 window" : "\(windowCount) windows"
        return (lines + ["\(windows) of \(horizon) steps; s.n. is seasonal naive"]).joined(separator: "\n")
    }

    /// Four digits, or more where the whole part has more.
    private static func shown(_ number: Double) -> String {
        guard number.isFinite else { return "–" }
        let magnitude = abs(number)
        if magnitude >= 1e9 || magnitude > 0 && magnitude < 1e-3 { return scientific(number) }
        let bounds = [0.01, 0.1, 1, 10, 100, 1000]
        return fixed(number, magnitude == 0 ? 3 : bounds.count(where: { magnitude < $0 }))
    }

    private static func percent(_ share: Double) -> String {
        share.isFinite ? fixed(share * 100, 1) + " %" : "–"
    }

    private static func fixed(_ number: Double, _ decimals: Int) -> String {
        let factor = (0..<decimals).reduce(1) { product, _ in product * 10 }
        let units = Int((abs(number) * Double(factor)).rounded())
        let sign = number < 0 && units > 0 ? "-" : ""
        guard decimals > 0 else { return sign + "\(units)" }
        let fraction = String(units % factor)
        return sign + "\(units / factor)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    private static func scientific(_ number: Double) -> String {
        var (mantissa, exponent) = (number, 0)
        while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return fixed(mantissa, 2) + "e\(exponent)"
    }
}
