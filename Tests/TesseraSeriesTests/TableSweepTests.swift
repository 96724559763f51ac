import TesseraFiles
import TesseraSeries
import TestSupport
import Testing

@Suite struct TableSweepTests {
    private static let tables: [(name: String, text: String)] = [
        ("wide", "date,x,y\n2024-01-01,1,2\n2024-01-02,3,\n2024-01-04,\"4\",5\n"),
        ("long", "id;ds;y\r\na;1700000000;0,5\r\nb;1700003600;1e5\r\na;1700007200;-7\r\n"),
        ("months", "\u{FEFF}\"Month, of year\",\"a \"\"b\"\"\"\n1949-01,1\n1949-02,NaN\n1949-03,3\n"),
        ("zones", "time,x\n2020-01-01T00:00:00.5Z,1\n2020-01-01T00:00:01.5Z,2\n"),
    ]

    @Test func everyDamagedTableIsReadOrRefused() throws {
        let folder = TemporaryFolder()
        try DamageSweep.inOwnProcess {
            for (name, text) in Self.tables {
                var options = SeriesFile.Options()
                if name == "long" { (options.identifierColumn, options.hasDecimalComma) = ("id", true) }
                try DamageSweep.run(name, Array(text.utf8), changes: 4000, isText: true) { damaged in
                    _ = try SeriesFile(folder.write("table.csv", damaged), options: options)
                }
            }
        }
    }

    @Test func everyFrequencyAndTimeIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for text in ["15min", "W-SUN", "QE-DEC", "2BMS", "250ms"] {
                var random = SplitMix(state: 7)
                for _ in 0..<3000 {
                    let damaged = random.damaged(Array(text.utf8), words: DamageSweep.words)
                    _ = Frequency(String(decoding: damaged, as: UTF8.self))
                }
            }
        }
    }
}
