import TesseraFiles
import TestSupport

/// Runs forecast-series to its end, with a baseline unless another model is named.
///
/// - Parameter script: a shell script that runs the command, its `$0`, for what arguments alone cannot say.
func forecastSeries(
    _ arguments: [String], input: String = "/dev/null", to output: RunningCommand.Output = .collected,
    environment: [String] = [], script: String? = nil
) throws -> Outcome {
    let model = arguments.contains("--model") ? [] : ["--model", "seasonal-naive"]
    return try RunningCommand(
        "forecast-series", model + arguments, input: input, to: output, environment: environment, script: script
    ).outcome()
}

/// A table that a test changes: by default 100 hours of `OT`, which rises by 1 and repeats a day.
struct Table {
    var lines: [String]

    init(_ header: String = "date,OT", count: Int = 100, _ values: (Int) -> String = { "\($0 % 24 + $0 / 24)" }) {
        lines = [header]
        for step in 0..<count {
            let hour = step % 24 < 10 ? "0\(step % 24)" : "\(step % 24)"
            let day = step / 24 < 9 ? "0\(step / 24 + 1)" : "\(step / 24 + 1)"
            lines.append("2020-01-\(day) \(hour):00:00,\(values(step))")
        }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The text with another line, counted from 1.
    func with(_ line: Int, _ text: String) -> String {
        var table = self
        table.lines[line - 1] = text
        return table.text
    }
}

/// The rows of what was printed, without the header.
func rows(_ outcome: Outcome) -> [[String]] {
    outcome.output.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}

/// What was printed as JSON: the objects of an array.
func objects(_ outcome: Outcome) throws -> [JSONObject] {
    try JSONObject(bytes: Array("{\"all\": \(outcome.output)}".utf8), path: "output").objects("all")
}
