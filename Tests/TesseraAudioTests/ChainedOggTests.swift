import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

@Suite struct ChainedOggTests {
    static let files = [
        "mono-16000.ogg", "stereo-44100.ogg", "mono-48000.opus", "stereo-48000.opus", "mono-16000.oga",
        "stereo-44100.oga",
    ]

    private static func bytes(_ name: String) throws -> [UInt8] { try fixture("audio/\(name)") }

    /// Where pages begin.
    private static func pages(_ bytes: [UInt8]) -> [Int] {
        var places = [0]
        while let place = places.last, place + 27 < bytes.count {
            let count = Int(bytes[place + 26])
            places.append(place + 27 + count + bytes[place + 27..<place + 27 + count].reduce(0) { $0 + Int($1) })
        }
        return places
    }

    /// What ffmpeg and sox give: seconds.
    @Test("Links are heard by themselves", arguments: zip(files, [0.5, 0.5, 0.5, 0.2, 0.5, 0.2]))
    func alone(name: String, duration: Double) throws {
        let read = try samples(of: Self.bytes(name))
        #expect(abs(Double(read.count) / 16_000 - duration) < 0.02)
        #expect(read.contains { abs($0) > 0.1 })
    }

    @Test("All links of a chain are heard, whatever their codecs, rates and channels", arguments: files, files)
    func chained(first: String, second: String) throws {
        let (a, b) = try (Self.bytes(first), Self.bytes(second))
        let expected = try samples(of: a) + samples(of: b) + samples(of: a)
        #expect(try largestDifference(samples(of: a + b + a), expected) == 0)
        let file = try AudioFile(bytes: a + b + a, path: "chain")
        #expect(abs(try #require(file.duration) - Double(expected.count) / 16_000) < 1e-3)
    }

    @Test("A long chain is read to its end, with tags and zeros between and behind")
    func long() throws {
        let link = try Self.bytes("mono-16000.ogg")
        let between = Tags.id3v1 + [UInt8](repeating: 0, count: 100)
        let chain = (0..<40).flatMap { _ in link + between }
        let expected = try samples(of: link).count * 40
        #expect(try samples(of: chain + Tags.id3v2).count == expected)
    }

    @Test("What is between two links is left out with a warning", arguments: files)
    func foreign(name: String) throws {
        let link = try Self.bytes(name)
        let expected = try samples(of: link)
        let read = try samples(
            of: link + garbage(3000) + link, warnings: ["3000 bytes that are no Ogg pages are left out"])
        #expect(largestDifference(read, expected + expected) == 0)
    }

    @Test("A cut chain says so, and what is behind the cut is heard", arguments: files)
    func cut(name: String) throws {
        let link = try Self.bytes(name)
        let other = try Self.bytes("mono-16000.ogg")
        for length in Self.pages(link).dropLast() + [link.count - 1] where length > 0 {
            let cut = other + link[..<length] + other
            // Of FLAC, which counts its samples, nothing is heard where some are missing; its first page alone is no sound.
            if name.hasSuffix("oga"), length > Self.pages(link)[1] {
                let error = try #require(throws: FileError.self) { _ = try samples(of: cut, warnings: ["truncated"]) }
                #expect(error.cause.contains("cut short"), "\(error)")
            } else {
                let read = try samples(of: cut, warnings: ["truncated: its Ogg stream ends without a last page"])
                #expect(try read.count >= 2 * samples(of: other).count)
            }
        }
    }

    @Test("The sound beside pictures is heard")
    func multiplexed() throws {
        let bytes = try Self.bytes("theora-vorbis.ogg")
        let read = try samples(of: bytes)
        #expect(abs(read.count - 8000) < 200)
        #expect(try largestDifference(samples(of: bytes + bytes), read + read) == 0)
    }

    @Test("A codec that is not read is named", arguments: [("speex.ogg", "Speex"), ("theora.ogg", "Theora")])
    func otherCodecs(name: String, codec: String) throws {
        let (bytes, read) = try (Self.bytes(name), Self.bytes("mono-16000.ogg"))
        for file in [bytes, bytes + read, read + bytes] {
            let error = try #require(throws: FileError.self) {
                try AudioFile(bytes: file, path: "a/x.spx", ffmpeg: nil)
            }
            #expect(
                error.cause == "is Ogg with \(codec), which is not read; convert it: ffmpeg -i a/x.spx a/x.wav")
        }
    }
}
