import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The drawing that --plot makes; how it looks is not tested here.
@Suite struct PlotTests {
    private let folder = TemporaryFolder()

    private func bytes(_ name: String) throws -> [UInt8] { try InputFile(folder.file(name)).contents(limit: 1 << 26) }

    @Test("The name's ending says what is written, and the forecast is printed too", arguments: ["a.png", "a.SVG"])
    func formats(name: String) throws {
        let path = folder.write("a.csv", Table().text)
        let outcome = try forecastSeries([path, "--plot", folder.file(name)])
        #expect(try outcome.code == 0 && outcome.errors.isEmpty && outcome.output == forecastSeries([path]).output)
        let written = try bytes(name)
        if name.hasSuffix("png") {
            #expect(
                written.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) && written.suffix(8).starts(with: "IEND".utf8))
        } else {
            let text = String(decoding: written, as: UTF8.self)
            #expect(text.hasPrefix("<?xml") && text.contains("<svg") && text.hasSuffix("</svg>\n"))
        }
    }

    @Test("Any series can be drawn", arguments: ["1", "0", "-1e-300", "1e150", "NaN"], [1, 30])
    func anyValues(value: String, columnCount: Int) throws {
        let header = "date," + (0..<columnCount).map { "c\($0)" }.joined(separator: ",")
        // Not all of one column are missing.
        let table = Table(header, count: 40) { step in
            Array(repeating: step == 3 ? "1" : value, count: columnCount).joined(separator: ",")
        }
        let path = folder.write("a.csv", table.text)
        let plot = folder.file("a.png")
        let outcome = try forecastSeries([path, "--plot", plot, "--horizon", "1", "--model", "naive"])
        #expect(outcome.code == 0 && rows(outcome).count == columnCount)
        #expect(outcome.errors == (columnCount == 1 ? "" : "\(plot): shows 8 of 30 series\n"))
        #expect(try !bytes("a.png").isEmpty)
    }

    @Test("A single value, and a horizon far longer than the history, can be drawn", arguments: [1, 5000])
    func lengths(horizon: Int) throws {
        let path = folder.write("a.csv", "date,x\n2020-01-01,5\n")
        let plot = folder.file("a.svg")
        let outcome = try forecastSeries([path, "--horizon", "\(horizon)", "--plot", plot, "--quiet"])
        #expect(try outcome.code == 0 && rows(outcome).count == horizon && !bytes("a.svg").isEmpty)
    }

    @Test("The drawing is there although the reader of the forecast has left")
    func abandoned() throws {
        let path = folder.write("a.csv", Table().text)
        let outcome = try forecastSeries([path, "--plot", folder.file("a.png")], to: .abandoned)
        #expect(outcome.code == 74 && outcome.errors.isEmpty && folder.contents == ["a.csv", "a.png"])
    }

    @Test("With a backtest, errors are printed and the forecast is drawn")
    func backtest() throws {
        let arguments = [folder.write("a.csv", Table().text), "--backtest", "1"]
        let outcome = try forecastSeries(arguments + ["--plot", folder.file("a.png")])
        #expect(try outcome.code == 0 && outcome.output == forecastSeries(arguments).output)
        #expect(folder.contents.contains("a.png"))
    }

    @Test("Where the disk is full, no half of a file stays")
    func fullDisk() throws {
        let path = folder.write("a.csv", Table().text)
        let limited = #"ulimit -f 4; exec "$0" "$@""#
        let outcome = try forecastSeries([path, "--plot", folder.file("a.png")], to: .abandoned, script: limited)
        #expect(outcome.code == 74 && outcome.errors.hasPrefix(folder.file("a.png") + ": "), "\(outcome)")
        #expect(folder.contents == ["a.csv"])
    }

    @Test("A program that is stopped leaves no half of a file", arguments: [SIGINT, SIGTERM])
    func interruption(signal: Int32) throws {
        let header = "date," + (0..<300).map { "c\($0)" }.joined(separator: ",")
        let table = Table(header, count: 240) { step in (0..<300).map { "\(step * $0 % 17)" }.joined(separator: ",") }
        let path = folder.write("a.csv", table.text)
        var stopped = 0
        for milliseconds in [0, 5, 10, 20, 40, 60, 80, 100] as [UInt32] {
            let command = try RunningCommand(
                "forecast-series", [path, "--model", "theta", "--plot", folder.file("a.png"), "--quiet"])
            usleep(milliseconds * 1000)
            command.send(signal: signal)
            let outcome = try command.outcome()
            // A signal that comes before the program looks for signals ends it without a word.
            #expect([0, 128 + signal, -1].contains(outcome.code) && outcome.errors.isEmpty, "\(outcome.code)")
            if outcome.code != 0 { stopped += 1 }
            if folder.contents.contains("a.png") {
                #expect(try bytes("a.png").suffix(8).starts(with: "IEND".utf8))
                unlink(folder.file("a.png"))
            }
            #expect(folder.contents == ["a.csv"])
        }
        #expect(stopped > 0)
    }
}
