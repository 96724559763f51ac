import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What forecast-series does with usage errors, odd inputs and outputs. An error is one line and names its reason.
@Suite struct RefusalTests {
    private let folder = TemporaryFolder()

    private static let manyLevels = (1...100).map { "0.\(1000 + $0)" }.joined(separator: ",")
    static let usages: [([String], String)] = [
        ([], "No series is named"), (["--target", "a"], "No series is named"), (["--bogus"], "--bogus"),
        ([""], "must not be empty"),
        (["a.csv", "b.csv"], "b.csv"), (["a.csv", "--format", "xml"], "--format"),
        (["a.csv", "--horizon", "0"], "--horizon must be between 1 and 100000, but is 0"),
        (["a.csv", "--horizon", "1000000000000"], "--horizon must be between"),
        (["a.csv", "--horizon", "99999999999999999999"], "--horizon"),
        (["a.csv", "--backtest", "0"], "--backtest must be between 1 and"),
        (["a.csv", "--season-length", "-1"], "--season-length"), (["a.csv", "--samples", "0"], "--samples must be"),
        (["a.csv", "--quantiles", ""], "--quantiles"), (["a.csv", "--quantiles", "0.1;0.9"], "--quantiles"),
        (["a.csv", "--quantiles", "0.1,"], "--quantiles"), (["a.csv", "--quantiles", "nan"], "between 0 and 1"),
        (["a.csv", "--quantiles", "0.9,0.1"], "--quantiles must be in their order, but 0.1 follows 0.9"),
        (["a.csv", "--quantiles", "0.5,0.5"], "in their order"),
        (["a.csv", "--quantiles", "0,0.5"], "between 0 and 1"),
        (["a.csv", "--quantiles", "0.5,1"], "--quantiles must lie between 0 and 1, but one is 1.0"),
        (["a.csv", "--quantiles", manyLevels], "at most 99"),
        (["a.csv", "--frequency", "fortnight"], "--frequency"), (["a.csv", "--time", ""], "--time must not be empty"),
        (["a.csv", "--id", ""], "--id must not be empty"),
        (["a.csv", "--minimum", "low"], "--minimum"), (["a.csv", "--maximum", "nan"], "--maximum must be a number"),
        (["a.csv", "--minimum", "-1", "--maximum", "-2"], "--minimum must not be above --maximum"),
        (["a.csv", "--plot", "a.pdf"], "--plot must end in .png or .svg, but is 'a.pdf'"),
        (["a.csv", "--plot", "png"], "--plot must end in"), (["a.csv", "--plot", ""], "--plot must end in"),
        (["a.csv", "--threads", "0"], "--threads"), (["a.csv", "--precision", "f64"], "--precision"),
    ]

    @Test(arguments: usages)
    func usage(arguments: [String], cause: String) throws {
        let outcome = try forecastSeries(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }

    /// Who draws no paths is not asked for any.
    @Test(arguments: [
        ("seasonal-naive", "seasonal naive"), (Fixtures.ownPath("chronos-bolt"), "chronos-bolt"),
        (Fixtures.ownPath("mixer-plain"), "mixer-plain"),
    ])
    func pathsOfOtherModels(model: String, name: String) throws {
        let folder = TemporaryFolder()
        let path = folder.write("a.csv", Table().text)
        for options in [["--samples", "3"], ["--seed", "3"]] {
            let outcome = try forecastSeries([path, "--model", model] + options)
            #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.output.isEmpty, "\(outcome)")
            #expect(outcome.errors.contains("\(options[0]) ") && outcome.errors.contains(name), "\(outcome)")
        }
    }

    @Test func nameThatIsNotText() throws {
        let outcome = try forecastSeries([], script: #"exec "$0" "$(printf '\377.csv')""#)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("not UTF-8"), "\(outcome)")
    }

    /// Another line 7 of a table, or another table.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let says: String
        var testDescription: String { says }

        init(_ bytes: some Sequence<UInt8>, says: String) { (self.bytes, self.says) = (Array(bytes), says) }

        init(line: String, says: String) { self.init(Table().with(7, line).utf8, says: says) }
    }

    static let mistakes: [Mistake] = [
        Mistake([], says: "is empty"), Mistake("date,OT\n".utf8, says: "no rows below its header"),
        Mistake(line: "2020-01-01 05:00:00,abc", says: "'abc' is no number (line 7, column 2, 'OT')"),
        Mistake(line: "2020-01-01 05:00:00,0x1p3", says: "'0x1p3' is hexadecimal (line 7, column 2, 'OT')"),
        Mistake(line: "2020-01-01 05:00:00,1e400", says: "beyond the range of numbers (line 7, column 2, 'OT')"),
        Mistake(line: "2020-01-01 05:00:00,inf", says: "'inf' is infinite (line 7, column 2, 'OT')"),
        Mistake(line: "2020-01-01 05:00:00,1,2", says: "has 3 cells, where the header has 2 (line 7, column 3)"),
        Mistake(line: "2020-01-01 05:00:00", says: "has 1 cell, where the header has 2 (line 7, column 1)"),
        Mistake(line: "2020-01-01 05:00:00,\"1", says: "never closed (line 7, column 2)"),
        Mistake(line: "2020-01-01 05:00:00,1\0", says: "the byte 0 (line 7, column 2)"),
        Mistake(line: "2020-01-01 04:00:00,1", says: "there twice"),
        Mistake(line: "2020-01-01 03:00:00,1", says: "in their order (line 7, column 1, 'date')"),
        Mistake(line: "2020-13-45 99:00:00,1", says: "does not exist (line 7, column 1, 'date')"),
        Mistake([0xFF, 0xFE] + Table().text.utf16.flatMap { [UInt8($0), 0] }, says: "is UTF-16"),
        Mistake(Array("date,Gr".utf8) + [0xF6, 0xDF] + Array("e\n2020-01-01,1\n".utf8), says: "is not UTF-8"),
        Mistake((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }, says: "is not text"),
        Mistake(
            Table().text.replacing(",", with: ";").replacing(/(\d)\n/) { "\($0.1),5\n" }.utf8, says: "--decimal-comma"),
        Mistake("date,OT\n2020-01-01,\(String(repeating: "1", count: 10_000_000))\n".utf8, says: "more than 1000 char"),
    ]

    @Test("Damaged tables are refused in one line, without output and without a drawing", arguments: mistakes)
    func damaged(_ mistake: Mistake) throws {
        let path = folder.write("bad.csv", mistake.bytes)
        let outcome = try forecastSeries([path, "--plot", folder.file("a.png")])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.hasPrefix(path + ": ") && outcome.errors.contains(mistake.says), "\(outcome)")
        #expect(folder.contents == ["bad.csv"])
    }

    struct Odd: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String

        init(_ name: String, _ text: String) { (testDescription, self.text) = (name, text) }
    }

    static let oddTables: [Odd] = [
        Odd("blank", Table().with(7, "2020-01-01 05:00:00,")), Odd("NaN", Table().with(7, "2020-01-01 05:00:00,NaN")),
        Odd("byte order mark", "\u{FEFF}" + Table().text), Odd("CRLF", Table().lines.joined(separator: "\r\n")),
        Odd("no final newline", Table().lines.joined(separator: "\n")), Odd("constant", Table { _ in "5" }.text),
        Odd("newline in quotes", Table("\"da\nte\",OT").text),
        Odd(
            "5,000 columns",
            Table("date" + (0..<5000).map { ",c\($0)" }.joined(), count: 3) { _ in
                Array(repeating: "1", count: 5000).joined(separator: ",")
            }.text),
        Odd("a line of 10 MB", Table("date,OT," + String(repeating: "x", count: 10_000_000)) { "\($0),\($0)" }.text),
    ]

    @Test("Odd tables are forecast", arguments: oddTables)
    func acceptsOdd(_ table: Odd) throws {
        let text = table.text
        let outcome = try forecastSeries([folder.write("odd.csv", text), "--horizon", "1"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(rows(outcome).count == text.split(whereSeparator: \.isNewline)[1].split(separator: ",").count - 1)
        #expect(rows(outcome).allSatisfy { $0.dropFirst(2).allSatisfy { Double($0)?.isFinite == true } })
    }

    @Test func inputThatIsNoFile() throws {
        mkfifo(folder.file("pipe.csv"), 0o600)
        folder.link("dangling.csv", to: "nowhere")
        folder.createFolder("folder.csv")
        for name in ["pipe.csv", "dangling.csv", "absent.csv", "folder.csv"] {
            let outcome = try forecastSeries([folder.file(name)])
            #expect(outcome.code == 66 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(folder.file(name) + ": "))
        }
    }

    @Test func modelThatIsNotThere() throws {
        let path = folder.write("a.csv", Table().text)
        for model in ["owner/name", folder.file("absent")] {
            let outcome = try forecastSeries([path, "--model", model], environment: ["HF_HUB_CACHE=" + folder.path])
            #expect(outcome.code == 66 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(model + ": "))
        }
    }

    @Test("The table is never overwritten, whatever it is called")
    func outputIsTheInput() throws {
        let path = folder.write("a.svg", Table().text)
        folder.link("link.svg", to: path)
        for plot in [path, folder.file("link.svg"), folder.path + "/./a.svg"] {
            let outcome = try forecastSeries([path, "--plot", plot])
            #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("also an input"))
        }
        #expect(text(path) == Table().text)
    }

    @Test func outputThatCannotBeCreated() throws {
        let path = folder.write("a.csv", Table().text)
        folder.createFolder("taken.png")
        folder.link("full.png", to: "/dev/full")
        for plot in [folder.file("none/a.png"), folder.file("taken.png"), folder.file("full.png"), path + "/a.svg"] {
            let outcome = try forecastSeries([path, "--plot", plot])
            #expect(
                outcome.code == 73 && outcome.isOneLineOfError && outcome.errors.hasPrefix(plot + ": "), "\(outcome)")
        }
    }

    @Test(arguments: [[], ["--format", "json"], ["--backtest", "1"]])
    func standardOutputThatFails(options: [String]) throws {
        let path = folder.write("a.csv", Table().text)
        let full = try forecastSeries([path] + options, to: .file("/dev/full"))
        #expect(full.code == 74 && full.errors == "standard output: No space left on device\n", "\(full)")
        for output in [RunningCommand.Output.closed, .abandoned] {
            let outcome = try forecastSeries([path] + options, to: output)
            #expect(outcome.code == 74 && outcome.errors.isEmpty)
        }
    }
}
