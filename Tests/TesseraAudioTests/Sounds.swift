import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Signals whose samples are known, and files made of them.
enum Sounds {
    static func tone(_ frequency: Double, sampleRate: Int, count: Int, amplitude: Double = 0.5) -> [Float] {
        (0..<count).map { Float(amplitude * sin(2 * Double.pi * frequency * Double($0) / Double(sampleRate))) }
    }

    /// White noise that is the same for the same seed.
    static func noise(count: Int, seed: UInt64 = 1, amplitude: Float = 0.3) -> [Float] {
        var random = Randomness(state: seed)
        return (0..<count).map { _ in amplitude * (Float(random.next() >> 40) / Float(1 << 23) - 1) }
    }

    /// SplitMix64: a small reproducible source of random numbers.
    struct Randomness: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// A WAV file of 32-bit floats; `frames` holds the channels interleaved.
    static func wav(_ frames: [Float], sampleRate: Int, channelCount: Int = 1) -> [UInt8] {
        wav(
            tag: 3, bits: 32, sampleRate: sampleRate, channelCount: channelCount,
            data: frames.flatMap { bytes($0.bitPattern, 4) })
    }

    static func wav(
        tag: Int = 1, bits: Int = 16, sampleRate: Int = 16_000, channelCount: Int = 1, blockAlign: Int? = nil,
        chunks: [UInt8] = [], data: [UInt8], claimed: Int? = nil
    ) -> [UInt8] {
        let blockAlign = blockAlign ?? channelCount * bits / 8
        let format =
            Array("fmt ".utf8) + bytes(16, 4) + bytes(tag, 2) + bytes(channelCount, 2) + bytes(sampleRate, 4)
            + bytes(sampleRate * blockAlign, 4) + bytes(blockAlign, 2) + bytes(bits, 2)
        let body = Array("WAVE".utf8) + format + chunks + Array("data".utf8) + bytes(claimed ?? data.count, 4) + data
        return Array("RIFF".utf8) + bytes(body.count, 4) + body
    }

    /// The lowest `count` bytes, the least significant first.
    static func bytes(_ number: some FixedWidthInteger, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}

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
