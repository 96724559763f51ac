import TesseraFiles
import TestSupport
import Testing

/// What forecast-series prints.
@Suite struct ForecastTests {
    private let folder = TemporaryFolder()

    @Test("CSV has a row a step, continued in time; the baseline repeats the last day")
    func commaSeparated() throws {
        let outcome = try forecastSeries([folder.write("a.csv", Table().text), "--horizon", "3"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(outcome.output.hasPrefix("id,time,mean,0.1,0.5,0.9\n"))
        // From 24 h before: 4, 5, 6 and the 3 days before it. Each day was higher by 1.
        #expect(
            rows(outcome).map { Array($0[0...2]) } == [
                ["OT", "2020-01-05 04:00:00", "7"], ["OT", "2020-01-05 05:00:00", "8"],
                ["OT", "2020-01-05 06:00:00", "9"],
            ])
        let figures = rows(outcome).map { $0[2...].compactMap(Double.init) }
        #expect(figures.allSatisfy { $0.count == 4 && $0[0] == $0[2] })
        // The normal distribution's quantile, for errors whose root mean square is 1.
        #expect(figures.allSatisfy { abs($0[3] - $0[2] - 1.2815516) < 1e-5 && abs($0[2] - $0[1] - 1.2815516) < 1e-5 })
    }

    @Test("JSON is an array of series in their order, with the numbers of the CSV")
    func json() throws {
        let path = folder.write("a.csv", Table("date,a,b,text") { "\($0),\($0 % 7),x" }.text)
        let options = [path, "--horizon", "2", "--quantiles", "0.25,0.75"]
        let outcome = try forecastSeries(options + ["--format", "json"])
        #expect(outcome.code == 0 && outcome.errors == "\(path): the column 'text' holds text (line 2): left out\n")
        let series = try objects(outcome)
        #expect(try series.map { try $0.string("id") } == ["a", "b"])
        var fromJSON: [[String]] = []
        for one in series {
            #expect(try one.numbers("quantiles") == [0.25, 0.75])
            for step in try one.objects("forecast") {
                let numbers = [try step.number("mean", in: -1e9...1e9)] + (try step.numbers("values") ?? [])
                fromJSON.append(
                    [try one.string("id"), try step.string("time")]
                        + numbers.map { "\($0)".replacing(/\.0$/, with: "") })
            }
        }
        #expect(try fromJSON == rows(forecastSeries(options)))
    }

    @Test("Without --horizon, it is a season, and at least 12 steps", arguments: [("h", 24), ("D", 12), ("15min", 96)])
    func defaultHorizon(step: String, count: Int) throws {
        var lines = ["date,x"]
        for day in 1...9 { lines.append("2020-01-0\(day),\(day)") }
        let path = folder.write("a.csv", lines.joined(separator: "\n"))
        let outcome = try forecastSeries([path, "--frequency", step, "--quiet"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && rows(outcome).count == count)
    }

    @Test("Series below one another are told apart, and names with commas stand in quotes")
    func longTable() throws {
        let lines =
            ["shop,date,sold,returned"]
            + (1...9).flatMap { day in
                ["\"north, old\"", "south"].map { "\($0),2020-01-0\(day),\(day),0" }
            }
        let path = folder.write("shops.csv", lines.joined(separator: "\n"))
        let outcome = try forecastSeries([path, "--id", "shop", "--horizon", "1", "--season-length", "1"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        let names = outcome.output.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",2020").first }
        #expect(names == ["\"north, old sold\"", "\"north, old returned\"", "south sold", "south returned"])
        #expect(outcome.output.contains("south sold,2020-01-10 00:00:00,9,"))
        let mixed = try forecastSeries([path])
        #expect(mixed.code == 65 && mixed.isOneLineOfError && mixed.errors.contains("there twice"))
    }

    @Test("Columns are chosen before the file or behind it, and decimal commas are read")
    func columns() throws {
        let path = folder.write(
            "a.csv", Table("when;a;b;c") { "\($0),5;\($0);1" }.text.replacing(":00,", with: ":00;"))
        let behind = try forecastSeries([path, "--target", "c", "a", "--decimal-comma", "--time", "when"])
        #expect(behind.code == 0 && Set(rows(behind).map { $0[0] }) == ["c", "a"] && rows(behind)[0][0] == "c")
        #expect(try forecastSeries(["--decimal-comma", "--target", "c", "a", path]).output == behind.output)
        let suggestion = try forecastSeries([path])
        #expect(suggestion.code == 65 && suggestion.errors.contains("--decimal-comma"))
    }

    @Test("Standard input is read as a file is", arguments: [false, true])
    func standardInput(isPipe: Bool) throws {
        let path = folder.write("a.csv", Table().text)
        let outcome =
            isPipe
            ? try forecastSeries(["-"], script: "cat '\(path)' | \"$0\" \"$@\"")
            : try forecastSeries(["-"], input: path)
        #expect(outcome.code == 0 && outcome.errors.isEmpty && rows(outcome).count == 24)
        #expect(try outcome.output == forecastSeries([path]).output)
        let bad = folder.write("b.csv", "a\n")
        let refused = try forecastSeries(["-"], input: bad)
        #expect(refused.code == 65 && refused.isOneLineOfError && refused.errors.hasPrefix("standard input: "))
    }

    @Test("A gap is named, unless the command is to be quiet, and only the first ten of many")
    func gaps() throws {
        var table = Table()
        table.lines.remove(at: 50)
        let path = folder.write("gap.csv", table.text)
        let outcome = try forecastSeries([path])
        #expect(outcome.code == 0 && outcome.errors == "\(path): 1 step is missing after 2020-01-03 00:00:00\n")
        let quiet = try forecastSeries([path, "--quiet"])
        #expect(quiet.code == 0 && quiet.errors.isEmpty && quiet.output == outcome.output)
        table = Table(count: 240)
        for index in stride(from: 200, to: 100, by: -3) { table.lines.remove(at: index) }
        let errors = try forecastSeries([folder.write("gaps.csv", table.text)]).errors.split(separator: "\n")
        #expect(errors.count == 11 && errors.last?.hasSuffix("gaps.csv: 24 more such warnings") == true)
    }

    @Test("A column that cannot be forecast is named, and the others are forecast")
    func someFail() throws {
        let path = folder.write("a.csv", Table("date,a,b,c") { "\($0),,\($0)" }.text)
        let outcome = try forecastSeries([path, "--plot", folder.file("a.png")])
        #expect(outcome.code == 1 && outcome.errors.hasPrefix("\(path): all 100 values are missing (b)\n"))
        #expect(Set(rows(outcome).map { $0[0] }) == ["a", "c"] && folder.contents.contains("a.png"))
        let all = try forecastSeries([path, "--target", "b", "--plot", folder.file("b.png")])
        #expect(all.code == 65 && all.isOneLineOfError && !folder.contents.contains("b.png"))
    }

    @Test("Values near the end of the range are forecast or refused, never printed as inf")
    func largeValues() throws {
        let path = folder.write("a.csv", Table { $0 % 2 == 0 ? "1.7e308" : "-1.7e308" }.text)
        for format in ["csv", "json"] {
            let outcome = try forecastSeries([path, "--format", format, "--model", "naive"])
            #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors == "\(path): the forecast is beyond the range of numbers (OT)\n")
        }
    }

    @Test("Every baseline is a model, and is listed", arguments: ["naive", "seasonal-naive", "drift", "theta"])
    func baselines(name: String) throws {
        let path = folder.write("a.csv", Table().text)
        let outcome = try forecastSeries([path, "--model", name, "--horizon", "2"])
        #expect(outcome.code == 0 && rows(outcome).count == 2)
        #expect(try forecastSeries(["--list-models"]).output.contains("\(name) "))
    }

    @Test("A model of the hub forecasts as many steps as it gives at once; its arithmetic can be chosen")
    func hubModel() throws {
        let path = folder.write("a.csv", Table().text)
        let model = Fixtures.ownPath("chronos-bolt")
        let config = try JSONObject.read(model + "/config.json").object("chronos_config")
        let length = try #require(config).integer("prediction_length", in: 1...1000)
        let outcome = try forecastSeries([path, "--model", model])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && rows(outcome).count == length, "\(outcome)")
        let longer = try forecastSeries([path, "--model", model, "--horizon", "\(length + 3)"])
        #expect(longer.output.hasPrefix(outcome.output) && rows(longer).count == length + 3)
        let rounded = try forecastSeries([path, "--model", model, "--precision", "bf16", "--threads", "1"])
        #expect(rounded.code == 0 && rounded.output != outcome.output && rows(rounded).count == length)
        let backtest = try forecastSeries([path, "--model", model, "--backtest", "2"])
        #expect(backtest.code == 0 && backtest.output.contains("\nchronos-bolt "))
    }

    @Test("Paths are drawn from the seed, as many as are asked for")
    func sampledPaths() throws {
        let path = folder.write("a.csv", Table().text)
        func run(_ options: String...) throws -> String {
            let model = Fixtures.ownPath("chronos-t5")
            return try forecastSeries([path, "--model", model, "--horizon", "2"] + options).output
        }
        let first = try run("--samples", "3", "--seed", "1")
        #expect(first.split(separator: "\n").count == 3)
        #expect(try run("--samples", "3", "--seed", "1") == first)
        #expect(try run("--samples", "3", "--seed", "2") != first)
        #expect(try run("--samples", "4", "--seed", "1") != first)
    }

    @Test("A model of one value a step prints no quantiles")
    func modelWithoutQuantiles() throws {
        let model = Fixtures.ownPath("mixer-plain")
        let path = folder.write("a.csv", Table().text)
        let outcome = try forecastSeries([path, "--model", model, "--horizon", "3"])
        #expect(
            outcome.code == 0 && outcome.output.hasPrefix("id,time,mean\n") && rows(outcome).count == 3, "\(outcome)")
        let json = try forecastSeries([path, "--model", model, "--horizon", "1", "--format", "json"])
        #expect(json.code == 0 && json.output.contains("\"values\": []"))
        let plotted = try forecastSeries([path, "--model", model, "--plot", folder.file("a.png")])
        #expect(plotted.code == 0 && folder.contents.contains("a.png"))
        let refused = try forecastSeries([path, "--model", model, "--quantiles", "0.5"])
        #expect(refused.code == 64 && refused.isOneLineOfError && refused.errors.contains("--quantiles needs a model"))
    }

    @Test("Too short a series is refused, saying by how much")
    func tooShort() throws {
        let model = Fixtures.ownPath("patchtst")
        let length = try JSONObject.read(model + "/config.json").integer("context_length", in: 2...1000)
        let path = folder.write("short.csv", Table(count: length - 1).text)
        let outcome = try forecastSeries([path, "--model", model])
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains("1 more"), "\(outcome)")
        #expect(outcome.errors.hasPrefix(path + ": has \(length - 1) values, and patchtst reads \(length)"))
    }

    @Test("Without --model, it is the model that ships; where that is not there, the error says so")
    func shippedModel() throws {
        let path = folder.write("a.csv", Table().text)
        let environment = ["TESSERA_MODELS=" + folder.path]
        func run() throws -> Outcome {
            try RunningCommand("forecast-series", [path], environment: environment).outcome()
        }
        let absent = try run()
        #expect(absent.code == 66 && absent.isOneLineOfError && absent.errors.hasPrefix("forecaster: "), "\(absent)")
        folder.link("forecaster", to: Fixtures.ownPath("chronos-bolt"))
        #expect(try run().output == forecastSeries([path, "--model", Fixtures.ownPath("chronos-bolt")]).output)
        #expect(
            try forecastSeries(["--list-models"], environment: environment).output.hasPrefix("forecaster  /"))
    }
}
