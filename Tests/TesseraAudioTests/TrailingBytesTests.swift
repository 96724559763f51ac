import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

/// What is behind the last frame of FLAC.
@Suite struct TrailingBytesTests {
    static let names = ["mono-16000.flac", "mono-16000-24bit.flac", "stereo-16000.flac"]

    /// As an encoder that writes to a pipe leaves it.
    private static func withoutTotal(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[21] &= 0xF0
        for index in 22..<26 { bytes[index] = 0 }
        return bytes
    }

    @Test("Tags and zeros are no damage", arguments: names)
    func tags(name: String) throws {
        let whole = try fixture("audio/\(name)")
        let expected = try samples(of: whole)
        let zeros = [[1], [16], [17], [4096], [200_000]].map { [UInt8](repeating: 0, count: $0[0]) }
        for tail in Tags.all + zeros + [Tags.id3v2 + Tags.ape + Tags.id3v1, Tags.id3v2 + zeros[3]] {
            for bytes in [whole, Self.withoutTotal(whole)] {
                #expect(try largestDifference(samples(of: bytes + tail), expected) == 0)
            }
        }
    }

    @Test("Other bytes are left out with a warning where the samples are counted", arguments: names, [1, 100, 100_000])
    func foreign(name: String, count: Int) throws {
        let whole = try fixture("audio/\(name)")
        let read = try samples(of: whole + garbage(count), warnings: ["bytes behind its last FLAC frame are left out"])
        #expect(try largestDifference(read, samples(of: whole)) == 0)
    }

    @Test("More sound than is counted is refused", arguments: names)
    func more(name: String) throws {
        let whole = try fixture("audio/\(name)")
        for (bytes, cause) in [
            (whole + whole, "holds another FLAC file"), (halved(whole), "it counts 4000 samples of 8000"),
        ] {
            let error = try #require(throws: FileError.self) { _ = try samples(of: bytes) }
            #expect(error.cause.contains(cause), "\(error)")
        }
    }

    /// With half the number of samples in its header.
    private func halved(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes.replaceSubrange(22..<26, with: [0, 0, 15, 160])
        return bytes
    }
}
