import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

/// Which files are left to ffmpeg, and to which.
@Suite struct ForeignFormatTests {
    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    static let beginnings: [(name: String, bytes: [UInt8])] = [
        ("AAC audio", [0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC]), ("Matroska or WebM", [0x1A, 0x45, 0xDF, 0xA3]),
        ("WMA or ASF audio", [0x30, 0x26, 0xB2, 0x75]), ("AMR audio", text("#!AMR-WB\n")),
        ("WavPack audio", text("wvpk")), ("Monkey's Audio", text("MAC ")), ("FLV video", text("FLV\u{1}")),
        ("AVI video", text("RIFF\0\0\0\0AVI LIST")),
    ]

    @Test("Formats are told by their first bytes", arguments: beginnings)
    func formats(name: String, bytes: [UInt8]) throws {
        try expect(name, bytes)
        // Tags stand before AAC.
        if name == "AAC audio" { try expect(name, Self.text("ID3") + [4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0] + bytes) }
    }

    @Test(
        "Codecs that are not read are told inside of formats that are",
        arguments: [("speex.ogg", "Ogg with Speex"), ("alac.caf", "CAF with ALAC")])
    func codecs(fixture name: String, kind: String) throws { try expect(kind, fixture("audio/" + name)) }

    /// One sample with ffmpeg, and a refusal that says what to do without.
    private func expect(_ kind: String, _ bytes: [UInt8]) throws {
        let file = try AudioFile(bytes: bytes, path: "a", ffmpeg: FakeRecording.ffmpeg())
        #expect(try samples(file, at: 8000) == [0.5] && file.sampleRate == 8000 && file.warnings == [])
        guard bytes.first != UInt8(ascii: "I") else { return }
        let error = try #require(throws: FileError.self) { try AudioFile(bytes: bytes, path: "a", ffmpeg: nil) }
        #expect(error.cause == "is \(kind), which is not read; convert it: ffmpeg -i a a.wav")
    }

    @Test("A file that is shorter than it says is incomplete")
    func claims() throws {
        let avi = Self.text("RIFF") + Sounds.bytes(1000, 4) + Self.text("AVI LIST")
        let name: [UInt8] = [
            0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0, 0xC0, 0x0C, 0x20, 0x53, 0x65,
        ]
        let asf = [0x30, 0x26, 0xB2, 0x75] + [UInt8](repeating: 0, count: 26) + name + Sounds.bytes(104, 8)
        let size = [UInt8](repeating: 0, count: 16) + Sounds.bytes(1008, 8)
        for flags in [0, 1] {
            let properties = size + [UInt8](repeating: 0, count: 40) + Sounds.bytes(flags, 4)
            for (bytes, isCut) in [(avi, true), (asf + properties, flags == 0)] {
                let file = try AudioFile(bytes: bytes, path: "a", ffmpeg: FakeRecording.ffmpeg())
                #expect(file.warnings == (isCut ? ["truncated: \(bytes.count) of 1008 bytes"] : []))
                #expect(file.isIncomplete == isCut)
            }
        }
    }

    @Test("A cut stream of Ogg is incomplete")
    func cutOgg() throws {
        let bytes = try fixture("audio/speex.ogg").dropLast(10)
        let file = try AudioFile(bytes: Array(bytes), path: "a", ffmpeg: FakeRecording.ffmpeg())
        #expect(file.warnings == ["truncated: its Ogg stream ends without a last page"] && file.isIncomplete)
    }

    @Test("The environment says which program it is, and whether one is wanted")
    func environment() {
        let folder = Fixtures.ownPath("programs")
        func path(_ environment: [String: String]) -> String? { FFmpeg { environment[$0] }?.path }
        #if os(Linux)
        let found: String? = folder + "/ffmpeg"
        #else
        let found: String? = nil
        #endif
        #expect(path(["PATH": "/absent:.::\(folder):/bin"]) == found)
        #expect(path(["PATH": folder, "TESSERA_FFMPEG": ""]) == found)
        #expect(path(["PATH": "/absent", "TESSERA_FFMPEG": folder + "/ffmpeg"]) == found)
        #expect(path(["PATH": folder, "TESSERA_FFMPEG": "none"]) == nil)
        #expect(path(["PATH": folder, "TESSERA_FFMPEG": "absent"]) == nil)
        // Not what lies in the current folder, nor a folder, nor what may not be run.
        #expect(path(["PATH": "Tests/Fixtures/programs:.:"]) == nil && path([:]) == nil)
        #expect(path(["PATH": Fixtures.ownPath(""), "TESSERA_FFMPEG": "programs"]) == nil)
        #expect(path(["PATH": Fixtures.ownPath("audio"), "TESSERA_FFMPEG": "speex.ogg"]) == nil)
    }
}
