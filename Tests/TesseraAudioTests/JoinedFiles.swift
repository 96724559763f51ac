import TesseraAudio
import TestSupport
import Testing

/// The samples of a file in memory, which is read without a warning unless some are expected.
func samples(of bytes: [UInt8], warnings expected: [String] = []) throws -> [Float] {
    let file = try AudioFile(bytes: bytes, path: "joined")
    let source = try file.samples(at: 16_000)
    var all: [Float] = []
    while case let block = try source.read(upTo: 1237), !block.isEmpty { all += block }
    #expect(source.warnings.count == expected.count, "\(source.warnings)")
    for (warning, part) in zip(source.warnings, expected) { #expect(warning.contains(part), "\(warning)") }
    #expect(source.isIncomplete == !expected.isEmpty)
    return all
}

/// Bytes that no format knows, the same for the same seed.
func garbage(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SplitMix(state: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
}

/// Tags as programs put them before and behind recordings.
enum Tags {
    static let id3v1 = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
    static let id3v2 = Array("ID3".utf8) + [4, 0, 0, 0, 0, 2, 0] + garbage(256)
    /// With header and footer, and an item of 9 bytes.
    static let ape = ape(flags: 0xA0) + [1, 0, 0, 0, 0, 0, 0, 0, 0x41] + ape(flags: 0x80)
    /// As some programs leave it: a footer that speaks of a header which is not there.
    static let emptyAPE =
        Array("APETAGEX".utf8) + Sounds.bytes(2000, 4) + Sounds.bytes(32, 4) + [0, 0, 0, 0, 0, 0, 0, 0x80]
        + [UInt8](repeating: 0, count: 8)
    static let all = [id3v1, id3v2, ape, emptyAPE]

    private static func ape(flags: UInt8) -> [UInt8] {
        Array("APETAGEX".utf8) + Sounds.bytes(2000, 4) + Sounds.bytes(41, 4) + Sounds.bytes(1, 4) + [0, 0, 0, flags]
            + [UInt8](repeating: 0, count: 8)
    }
}
