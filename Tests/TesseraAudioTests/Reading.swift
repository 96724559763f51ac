import TesseraAudio
import TesseraFiles
import TestSupport

/// All samples of a recording, read in pieces of an odd size.
func samples(_ file: AudioFile, at sampleRate: Int, piece: Int = 1237) throws -> [Float] {
    let source = try file.samples(at: sampleRate)
    var all: [Float] = []
    while case let block = try source.read(upTo: piece), !block.isEmpty { all += block }
    return all
}

func fixture(_ name: String) throws -> [UInt8] { try InputFile(Fixtures.path(name)).contents(limit: 1 << 24) }

/// The largest difference of two signals of the same length; infinite where one is longer or a value is no number.
func largestDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { largest, pair in
        let difference = abs(pair.0 - pair.1)
        return difference <= largest ? largest : difference.isFinite ? difference : .infinity
    }
}
