#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Signals whose samples are known, and files made of them.
public enum Sounds {
    public static func tone(_ frequency: Double, sampleRate: Int, count: Int, amplitude: Double = 0.5) -> [Float] {
        (0..<count).map { Float(amplitude * sin(2 * Double.pi * frequency * Double($0) / Double(sampleRate))) }
    }

    /// White noise that is the same for the same seed.
    public static func noise(count: Int, seed: UInt64 = 1, amplitude: Float = 0.3) -> [Float] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in amplitude * (Float(random.next() >> 40) / Float(1 << 23) - 1) }
    }

    /// A WAV file of 32-bit floats; `frames` holds the channels interleaved.
    public static func wav(_ frames: [Float], sampleRate: Int, channelCount: Int = 1) -> [UInt8] {
        wav(
            tag: 3, bits: 32, sampleRate: sampleRate, channelCount: channelCount,
            data: frames.flatMap { bytes($0.bitPattern, 4) })
    }

    public static func wav(
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
    public static func bytes(_ number: some FixedWidthInteger, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
