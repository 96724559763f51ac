import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

/// Sound from a pipe: bare samples, and WAV whose header does not know how long it will be.
@Suite struct SoundStreamTests {
    /// Whole numbers of 16 bits that are the same each time.
    private static let numbers = Sounds.noise(count: 4_001, amplitude: 0.9).map { Int16($0 * 32_767) }
    private static let bare = numbers.flatMap { Sounds.bytes($0, 2) }
    private static let expected = numbers.map { Float($0) / 32_768 }

    private func samples(_ bytes: [UInt8], pieces: Int, rate: Int = 16_000, rawRate: Int = 16_000) throws -> [Float] {
        let stream = SoundStream(path: "pipe", sampleRate: rate, rawRate: rawRate)
        var samples: [Float] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            samples += try stream.append(Array(bytes[start..<min(start + pieces, bytes.count)]))
        }
        return try samples + stream.finish()
    }

    @Test(arguments: [1, 3, 16, 1_000, 100_000])
    func bareSamples(pieces: Int) throws {
        #expect(try samples(Self.bare, pieces: pieces) == Self.expected)
        #expect(try samples(Self.bare + [7], pieces: pieces) == Self.expected)
    }

    @Test(arguments: [1, 30, 100_000], [0, 0x7FFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFD8])
    func lengthsThatAreNotKnown(pieces: Int, claimed: Int) throws {
        #expect(try samples(Sounds.wav(data: Self.bare, claimed: claimed), pieces: pieces) == Self.expected)
    }

    @Test func whatStandsBehindTheSamplesIsNoSound() throws {
        let wav = Sounds.wav(data: Self.bare) + Array("LIST".utf8) + [4, 0, 0, 0, 1, 2, 3, 4]
        #expect(try samples(wav, pieces: 500) == Self.expected)
    }

    @Test func chunksBeforeTheSamplesArePassedOver() throws {
        let list = Array("LIST".utf8) + Sounds.bytes(5, 4) + [1, 2, 3, 4, 5, 0]
        #expect(try samples(Sounds.wav(chunks: list, data: Self.bare, claimed: 0), pieces: 10) == Self.expected)
    }

    /// Each way in which samples lie gives what the file would.
    @Test(arguments: [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (6, 8), (7, 8)], [1, 2])
    func encodings(encoding: (tag: Int, bits: Int), channels: Int) throws {
        let data = Sounds.noise(count: 600).flatMap { value -> [UInt8] in
            encoding.tag == 3
                ? Sounds.bytes(value.bitPattern, 4)
                : Sounds.bytes(Int(Double(value) * 2_147_483_648) >> (32 - encoding.bits), encoding.bits / 8)
        }
        let wav = Sounds.wav(
            tag: encoding.tag, bits: encoding.bits, sampleRate: 8_000, channelCount: channels, data: data)
        let file = try AudioFile(bytes: wav, path: "file").samples(at: 16_000).read(upTo: 1 << 20)
        let found = try samples(wav, pieces: 77)
        #expect(found.count == file.count && zip(found, file).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// Every byte of G.711 gives what libsndfile makes of it.
    @Test(arguments: [(6, SoundStream.BareSamples.aLaw), (7, .muLaw)])
    func bareTelephony(tag: Int, samples: SoundStream.BareSamples) throws {
        let bytes = Array(UInt8.min...UInt8.max)
        let wav = Sounds.wav(tag: tag, bits: 8, sampleRate: 8_000, channelCount: 1, data: bytes)
        let file = try AudioFile(bytes: wav, path: "file").samples(at: 8_000).read(upTo: 1_000)
        let stream = try SoundStream(path: "pipe", sampleRate: 8_000, bareSamples: samples, rawRate: 8_000)
        #expect(try stream.append(bytes) == file && file.count == 256)
    }

    /// Bare samples are bare whatever they look like.
    @Test func bareSamplesMayLookLikeAnything() throws {
        let stream = try SoundStream(path: "pipe", sampleRate: 16_000, bareSamples: .signed16, rawRate: 16_000)
        let wav = Sounds.wav(data: Self.bare)
        #expect(try stream.append(wav).count == wav.count / 2)
    }

    @Test func ratesOfBareSamples() throws {
        let count = try samples(Self.bare, pieces: 999, rawRate: 48_000).count
        #expect(abs(count - Self.expected.count / 3) <= 1)
    }

    @Test(arguments: ["fLaC", "OggS", "caff", ".snd"])
    func otherRecordingsAreRefused(magic: String) {
        #expect(throws: FileError.self) { try samples(Array(magic.utf8) + Self.bare, pieces: 100) }
    }

    @Test func damagedHeadersAreRefused() {
        let whole = Sounds.wav(data: Self.bare)
        #expect(throws: FileError.self) { try samples(Array(whole[..<30]), pieces: 7) }
        #expect(throws: FileError.self) { try samples(Sounds.wav(tag: 3, bits: 64, data: Self.bare), pieces: 100) }
        #expect(throws: FileError.self) { try samples(Array(whole[..<12]) + Array(whole[36...]), pieces: 100) }
        let wav = Sounds.wav(tag: 3, bits: 32, data: Sounds.bytes(Float.nan.bitPattern, 4))
        #expect(throws: FileError.self) { try samples(wav, pieces: 100) }
    }

    @Test func nothingIsNothing() throws {
        #expect(try samples([], pieces: 1).isEmpty)
        #expect(try samples([1], pieces: 1).isEmpty)
    }
}
