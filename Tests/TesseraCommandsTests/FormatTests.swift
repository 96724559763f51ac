import TesseraCommands
import Testing

@Suite struct FormatTests {
    @Test(arguments: [(0.0, "0 s"), (59.4, "59 s"), (125, "2 min 05 s"), (11_230, "3 h 07 min")])
    func duration(seconds: Double, text: String) {
        #expect(durationText(seconds) == text)
    }

    @Test(arguments: [
        (312.2, "312/s"), (4.24, "4.2/s"), (9.98, "10.0/s"), (0.5, "2 s each"), (0.008, "2 min 05 s each"),
    ])
    func rate(itemsPerSecond: Double, text: String) {
        #expect(ProgressBar.Measure.items.rateText(itemsPerSecond) == text)
    }

    @Test(arguments: [(12.34, "12.3× real time"), (0.52, "0.5× real time"), (256.4, "256× real time")])
    func rateOfSound(secondsPerSecond: Double, text: String) {
        #expect(ProgressBar.Measure.sound.rateText(secondsPerSecond) == text)
    }

    @Test func progress() {
        let line = progressLine(done: 50, total: 100, seconds: 5, columns: 60)
        #expect(line == "[==============>               ]  50 of 100  10/s  5 s left")
        #expect(line.utf8.count < 60)
    }

    @Test(arguments: [0, 1, 10, 20, 40, 80, 200], [0, 1, 999, 1000, 1001])
    func progressFitsTheTerminal(columns: Int, done: Int) {
        for seconds in [0, 1e-9, 3, 1e300] {
            #expect(
                progressLine(done: Double(done), total: 1000, seconds: seconds, columns: columns).count
                    <= max(0, columns - 1))
        }
    }

    @Test func progressOfSound() {
        let line = progressLine(done: 125, total: 4320, of: .sound, seconds: 10, columns: 110)
        #expect(
            line == "[>" + String(repeating: " ", count: 39)
                + "]  2 min 05 s of 1 h 12 min  12.5× real time  5 min 36 s left")
        let unknown = progressLine(done: 125, total: 0, of: .sound, seconds: 10, columns: 100)
        #expect(unknown == "2 min 05 s  12.5× real time")
    }

    @Test func progressOfBytes() {
        let line = progressLine(done: 1.25e9, total: 3.4e9, of: .bytes, seconds: 10, columns: 60)
        #expect(line == "[=====>            ]  1.3 GB of 3.4 GB  125 MB/s  17 s left")
    }

    @Test(arguments: [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_400, "999 kB"), (999_600, "1.0 MB"),
        (5e7, "50.0 MB"),
        (1e13, "10000 GB"),
    ])
    func bytes(count: Double, text: String) {
        #expect(byteText(count) == text)
    }

    @Test func progressStartsAndEnds() {
        #expect(progressLine(done: 0, total: 10, seconds: 0, columns: 24) == "[            ]  0 of 10")
        #expect(progressLine(done: 10, total: 10, seconds: 0, columns: 24) == "[===========]  10 of 10")
    }
}
