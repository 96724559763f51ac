import TesseraFiles
import TestSupport
import Testing

/// Manifests of tables and series, parts of them, and files that a run goes on with.
@Suite struct ItemTests {
    private let folder = TemporaryFolder()
    private let options = ["--horizon", "2", "--quantiles", "0.5"]

    private func manifest() -> String {
        folder.write("a.csv", Table("date,a,b") { "\($0 % 24),\($0 % 7)" }.text)
        folder.write("bad.csv", "date,a\n2020-01-01,x\n")
        let lines = [
            #"{"series": "a.csv", "id": 7}"#, #"{"series": "bad.csv"}"#,
            #"{"series": {"id": "x", "start": "2020-01-01", "frequency": "D", "values": [1, null, 3, 4]}, "shop": "s"}"#,
            #"{"series": "data:text/csv,date%2Cv%0A2020-01-01,1%0A2020-01-02,2%0A2020-01-03,3"}"#,
            #"{"series": {"start": "soon", "frequency": "D", "values": [1]}}"#,
            #"{"series": {"start": "2020-01-01", "frequency": "D", "values": [1, "2"]}}"#,
            #"{"series": {"start": "2020-01-01", "frequency": "D", "values": []}}"#, #"{"series": 3}"#,
        ]
        return folder.write("manifest.jsonl", lines.map { $0 + "\n" }.joined())
    }

    private func lines(_ text: String) throws -> [JSONObject] {
        try text.split(separator: "\n").map { try JSONObject(bytes: Array($0.utf8), path: "output") }
    }

    @Test func everyTableGivesALine() throws {
        let outcome = try forecastSeries(options + ["--model", "naive", "--manifest", manifest()])
        #expect(outcome.code == 1, "\(outcome)")
        let items = try lines(outcome.output)
        #expect(
            items.map(\.keys) == [
                ["series", "id", "forecasts"], ["series", "error"], ["shop", "forecasts"], ["forecasts"], ["error"],
                ["error"],
                ["error"], ["error"],
            ])
        let array = try forecastSeries(options + ["--model", "naive", "--format", "json", folder.file("a.csv")]).output
        let objects = array.split(separator: "\n").dropFirst().dropLast().map {
            $0.drop { $0 == " " || $0 == "," }
        }.map { $0.last == "," ? $0.dropLast() : $0 }
        let first = #"{"series": "a.csv", "id": 7, "forecasts": ["# + objects.joined(separator: ", ") + "]}\n"
        #expect(outcome.output.hasPrefix(first))
        let forecast = try #require(try items[2].objects("forecasts").first)
        #expect(try forecast.string("id") == "x")
        let steps = try forecast.objects("forecast")
        #expect(try steps.map { try $0.string("time") } == ["2020-01-05 00:00:00", "2020-01-06 00:00:00"])
        #expect(try steps.map { try $0.number("mean", in: 0...9) } == [4, 4])
        #expect(try items[3].objects("forecasts").map { try $0.string("id") } == ["v"])
        #expect(outcome.errors.split(separator: "\n").count == 5)
        for (index, key) in [(4, "series.start"), (5, "series.values"), (7, "series")] {
            #expect(try items[index].string("error").contains(key))
        }
    }

    @Test func aRunGoesOnWhereTheLastEnded() throws {
        let output = folder.file("out.jsonl")
        let arguments = options + ["--manifest", manifest(), "--output", output]
        #expect(try forecastSeries(arguments).code == 1)
        let whole = text(output)
        for count in stride(from: 0, through: whole.utf8.count, by: 301) {
            folder.write("out.jsonl", Array(whole.utf8.prefix(count)))
            #expect(try forecastSeries(arguments).code == 1)
            #expect(text(output) == whole, "after \(count) bytes")
        }
        let parts = try (0..<3).map { index in
            try forecastSeries(options + ["--manifest", manifest(), "--shard", "\(index)/3"]).output
        }
        let merged = try (0..<8).map { number in
            try #require(parts[number % 3].split(separator: "\n").dropFirst(number / 3).first) + "\n"
        }
        #expect(merged.joined() == whole)
    }

    @Test func aTableMayBeAnArgument() throws {
        let path = folder.write("a.csv", Table("date,a,b") { "\($0 % 24),\($0 % 7)" }.text)
        let outcome = try forecastSeries(["--target", "b", path, "--horizon", "1", "--shard", "0/1"])
        #expect(outcome.code == 0, "\(outcome)")
        let item = try #require(try lines(outcome.output).first)
        #expect(try item.string("series") == path)
        #expect(try item.objects("forecasts").map { try $0.string("id") } == ["b"])
    }

    @Test(arguments: [["--plot", "x.png"], ["--backtest", "3"], ["--format", "csv"], ["a.csv"]])
    func whatDoesNotGoTogether(more: [String]) throws {
        let outcome = try forecastSeries(["--manifest", "m.jsonl"] + more)
        #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
    }
}
