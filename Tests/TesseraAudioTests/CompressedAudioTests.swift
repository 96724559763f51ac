import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

@Suite struct CompressedAudioTests {
    /// Where the frames of a FLAC file begin.
    private static func framesStart(_ bytes: [UInt8]) -> Int {
        var place = 4
        while true {
            let isLast = bytes[place] & 0x80 != 0
            place += 4 + (Int(bytes[place + 1]) << 16 | Int(bytes[place + 2]) << 8 | Int(bytes[place + 3]))
            if isLast { return place }
        }
    }

    private static func withoutTotal(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[21] &= 0xF0
        for index in 22..<26 { bytes[index] = 0 }
        return bytes
    }

    private static func refusal(of bytes: [UInt8]) throws -> FileError {
        try #require(throws: FileError.self) { _ = try samples(AudioFile(bytes: bytes, path: "a.flac"), at: 16_000) }
    }

    @Test("FLAC without a total is read, without a duration")
    func unknownTotal() throws {
        let whole = try fixture("audio/mono-16000.flac")
        let file = try AudioFile(bytes: Self.withoutTotal(whole), path: "a.flac")
        #expect(file.duration == nil)
        #expect(try samples(file, at: 16_000).count == 8000)
    }

    @Test("FLAC that was cut is refused, wherever", arguments: [false, true])
    func cut(hasTotal: Bool) throws {
        let whole = try fixture("audio/mono-16000.flac")
        let bytes = hasTotal ? whole : Self.withoutTotal(whole)
        for length in stride(from: 4, to: bytes.count, by: 97) {
            let error = try Self.refusal(of: Array(bytes[..<length]))
            #expect(error.kind == .badData && error.cause.contains("cut short") || error.cause.contains("damaged"))
        }
    }

    @Test("A flipped bit in FLAC's frames is found")
    func flipped() throws {
        let bytes = try fixture("audio/mono-16000.flac")
        for place in stride(from: Self.framesStart(bytes), to: bytes.count, by: 61) {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(place % 8)
            #expect(try Self.refusal(of: flipped).kind == .badData)
        }
    }

    @Test(
        "FLAC that changes its format midway is refused",
        arguments: [
            ("mono-44100.flac", "Hz"), ("mono-16000-24bit.flac", "bits"), ("stereo-16000.flac", "channel"),
        ], [false, true])
    func changedFormat(second: (name: String, what: String), hasTotal: Bool) throws {
        let first = try fixture("audio/mono-16000.flac")
        let other = try fixture("audio/\(second.name)")
        let head = hasTotal ? first : Self.withoutTotal(first)
        let spliced = try Self.refusal(of: head + other[Self.framesStart(other)...])
        #expect(spliced.cause.contains(second.what), "\(spliced)")
        // As a whole file behind the other, header and all.
        #expect(try Self.refusal(of: head + other).kind == .badData)
    }

    @Test("Frames of the same format go on without complaint")
    func sameFormat() throws {
        let first = try fixture("audio/mono-16000.flac")
        let doubled = Self.withoutTotal(first) + first[Self.framesStart(first)...]
        #expect(try samples(AudioFile(bytes: doubled, path: "a.flac"), at: 16_000).count == 16_000)
    }

    @Test("Tags before and behind the audio are passed over", arguments: ["mono-16000.flac", "mono-16000.mp3"])
    func tags(name: String) throws {
        let bytes = try fixture("audio/\(name)")
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 2, 0] + [UInt8](repeating: 0xFF, count: 256)
        let old = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
        let plain = try samples(AudioFile(bytes: bytes, path: "a"), at: 16_000)
        let tagged = try samples(AudioFile(bytes: tag + bytes + old, path: "a"), at: 16_000)
        #expect(largestDifference(plain, tagged) == 0)
    }

    @Test("An MP3 that does not count its frames has no duration")
    func uncountedMP3() throws {
        var bytes = try fixture("audio/mono-16000.mp3")
        let whole = try samples(AudioFile(bytes: bytes, path: "a.mp3"), at: 16_000).count
        #expect(whole >= 8000)
        #expect(try AudioFile(bytes: bytes, path: "a.mp3").duration != nil)
        let tags = ["Xing", "Info"].map { Array($0.utf8) }
        let place = try #require(bytes.indices.dropLast(4).first { tags.contains(Array(bytes[$0..<$0 + 4])) })
        bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0])
        let file = try AudioFile(bytes: bytes, path: "a.mp3")
        #expect(file.duration == nil)
        // The frame that counted them was no sound, and now is silence; no frame is cut off.
        #expect(try samples(file, at: 16_000).count >= whole)
    }

    @Test("Garbage with MP3 headers is refused, whatever it is", arguments: 1...20 as ClosedRange<UInt64>)
    func garbage(seed: UInt64) throws {
        let noise = Sounds.noise(count: 417 * 20, seed: seed, amplitude: 1)
        var bytes = noise.map { UInt8(($0 + 1) * 127.9) }
        for frame in 0..<20 { bytes.replaceSubrange(frame * 417..<frame * 417 + 4, with: [0xFF, 0xFB, 0x90, 0x44]) }
        let error = try #require(throws: FileError.self) { try AudioFile(bytes: bytes, path: "a.mp3") }
        #expect(error.cause.contains("MP3 frames"))
        bytes.replaceSubrange(0..<4, with: [0xFF, 0xFB, 0xF0, 0x44])
        #expect(throws: FileError.self) { try AudioFile(bytes: bytes, path: "a.mp3") }
    }
}
