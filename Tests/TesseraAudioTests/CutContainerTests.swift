import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

/// Formats whose headers give the length of the data.
@Suite struct CutContainerTests {
    private static func big(_ number: some FixedWidthInteger, _ count: Int) -> [UInt8] {
        Sounds.bytes(number, count).reversed()
    }

    private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A format: the bytes around samples of 16 bits, 16 kHz, one channel, which are said to take `size` bytes.
    struct Format: CustomTestStringConvertible, Sendable {
        let name: String
        let isBigEndian: Bool
        let header: @Sendable (_ size: Int) -> [UInt8]
        var testDescription: String { name }
    }

    static let formats = [
        Format(name: "AIFF", isBigEndian: true) { size in
            ascii("FORM") + big(size + 46, 4) + ascii("AIFFCOMM") + big(18, 4) + big(1, 2) + big(size / 2, 4)
                + big(16, 2) + big(0x400C, 2) + big(UInt64(0xFA) << 56, 8) + ascii("SSND") + big(size + 8, 4)
                + big(0, 8)
        },
        Format(name: "AU", isBigEndian: true) { size in
            ascii(".snd") + big(24, 4) + big(size, 4) + big(3, 4) + big(16_000, 4) + big(1, 4)
        },
        Format(name: "RIFX", isBigEndian: true) { size in
            ascii("RIFX") + big(size + 36, 4) + ascii("WAVEfmt ") + big(16, 4) + big(1, 2) + big(1, 2) + big(16_000, 4)
                + big(32_000, 4) + big(2, 2) + big(16, 2) + ascii("data") + big(size, 4)
        },
        Format(name: "W64", isBigEndian: false) { size in
            let id: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
            let riff: [UInt8] = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00]
            let format =
                Sounds.bytes(1, 2) + Sounds.bytes(1, 2) + Sounds.bytes(16_000, 4) + Sounds.bytes(32_000, 4)
                + Sounds.bytes(2, 2) + Sounds.bytes(16, 2)
            return ascii("riff") + riff + Sounds.bytes(size + 104, 8) + ascii("wave") + id + ascii("fmt ") + id
                + Sounds.bytes(40, 8) + format + ascii("data") + id + Sounds.bytes(size + 24, 8)
        },
        Format(name: "CAF", isBigEndian: true) { size in
            ascii("caff") + big(1, 2) + big(0, 2) + ascii("desc") + big(32, 8) + big(Double(16_000).bitPattern, 8)
                + ascii("lpcm") + big(0, 4) + big(2, 4) + big(1, 4) + big(1, 4) + big(16, 4) + ascii("data")
                + big(size < 0 ? -1 : size + 4, 8) + big(0, 4)
        },
    ]

    private static let tone = Sounds.tone(440, sampleRate: 16_000, count: 1000)

    private static func data(of format: Format) -> [UInt8] {
        tone.flatMap { sample in
            let number = Int16(sample * 32_768)
            return format.isBigEndian ? big(number, 2) : Sounds.bytes(number, 2)
        }
    }

    @Test("A whole file is read without a warning, with padding or not", arguments: formats)
    func whole(format: Format) throws {
        let bytes = format.header(2000) + Self.data(of: format)
        #expect(try largestDifference(samples(of: bytes), Self.tone) < 1e-4)
        #expect(try samples(of: Tags.id3v2 + bytes).count == 1000)
        #expect(try samples(of: bytes + Tags.id3v1).count == 1000)
    }

    @Test("Every cut names how many samples are there", arguments: formats)
    func cuts(format: Format) throws {
        let (header, data) = (format.header(2000), Self.data(of: format))
        for length in 0..<header.count + 2 {
            let cut = Array((header + data)[..<length])
            #expect(throws: FileError.self) { try AudioFile(bytes: cut, path: "cut") }
        }
        for count in [1, 2, 3, 499, 998, 999] {
            let read = try samples(
                of: header + data[..<(2 * count)], warnings: ["truncated: \(count) of 1000 samples"])
            #expect(largestDifference(read, Self.tone[..<count]) < 1e-4)
        }
    }

    @Test("A CAF or AU file may say that its data reach to its end", arguments: [("CAF", -1), ("AU", 0xFFFF_FFFF)])
    func endless(name: String, size: Int) throws {
        let format = try #require(Self.formats.first { $0.name == name })
        let bytes = format.header(size) + Self.data(of: format)
        #expect(try largestDifference(samples(of: bytes), Self.tone) < 1e-4)
        #expect(try samples(of: bytes.dropLast(600)).count == 700)
    }

    @Test("Files of encoders' own, cut", arguments: ["aiff", "au", "w64", "caf"])
    func encoded(suffix: String) throws {
        let bytes = try fixture("audio/mono-22050.\(suffix)")
        let cut = Array(bytes.dropLast(8000))
        let read = try samples(of: cut, warnings: ["truncated: 7025 of 11025 samples"])
        #expect(abs(read.count - 5098) <= 1)  // at 16 kHz
    }

    @Test("ALAC in CAF is named")
    func losslessInCAF() throws {
        let bytes = try fixture("audio/alac.caf")
        let error = try #require(throws: FileError.self) { try AudioFile(bytes: bytes, path: "x.caf", ffmpeg: nil) }
        #expect(error.cause == "is CAF with ALAC, which is not read; convert it: ffmpeg -i x.caf x.wav")
    }

    @Test(
        "WAV is read by its bits and channels where the size of blocks contradicts them", arguments: [1, 3, 4, 8, 400])
    func blocks(blockAlign: Int) throws {
        let data = Self.tone.flatMap { Sounds.bytes(Int16($0 * 32_768), 2) }
        let bytes = Sounds.wav(bits: 16, blockAlign: blockAlign, data: data)
        let file = try AudioFile(bytes: bytes, path: "a.wav")
        #expect(try largestDifference(samples(file, at: 16_000), Self.tone) < 1e-4)
        #expect(file.warnings == ["its header gives blocks of \(blockAlign) bytes for 1 x 16 bits: read as 2"])
        #expect(!file.isIncomplete)
    }
}
