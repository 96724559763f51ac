import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

/// Recordings that a program in ffmpeg's place decodes.
@Suite struct FFmpegTests {
    private static let noise = Sounds.noise(count: 3000)

    @Test("What the program writes is read as often as is asked for, from files and from memory")
    func samples() throws {
        let bytes = FakeRecording.au(Self.noise, sampleRate: 8000, channelCount: 2, note: Array("a note".utf8))
        // The first piece ends inside the header, the second inside a sample.
        let script = [bytes[..<9], bytes[9..<4001], bytes[4001...]].map { FakeRecording.write(Array($0)) }
        let recording = FakeRecording(script.joined(separator: "; sleep 0.05; "))
        let folder = TemporaryFolder()
        let path = folder.write("-a b.m4a", recording.bytes)
        let expected = stride(from: 0, to: 3000, by: 2).map { 0.5 * Self.noise[$0] + 0.5 * Self.noise[$0 + 1] }
        for file in [try recording.open(), try AudioFile(InputFile(path), ffmpeg: FakeRecording.ffmpeg())] {
            #expect((file.sampleRate, file.channelCount) == (8000, 2))
            #expect(file.duration == nil && file.warnings == [] && !file.isIncomplete)
            for piece in [1, 100_000] {
                let read = try TesseraAudioTests.samples(file, at: 8000, piece: piece)
                #expect(largestDifference(read, expected) < 1e-7)
            }
        }
    }

    @Test("It is told what to read, and what not")
    func arguments() throws {
        let error = try #require(throws: FileError.self) { try FakeRecording("echo \"$*\" >&2; exit 1").open() }
        let options = "-nostdin -hide_banner -v error -protocol_whitelist file -f mov -i /dev/fd/3"
        #expect(error.cause.hasSuffix("\(options) -map 0:a:0 -map_metadata -1 -c:a pcm_f32be -f au pipe:1"))
    }

    static let refusals = [
        ("exit 1", "is M4A (AAC) audio that ffmpeg does not decode"), ("exit 0", "holds no samples"),
        ("echo first >&2; echo last >&2; exit 1", "is M4A (AAC) audio that ffmpeg does not decode: last"),
        (
            #"printf '[mov @ 0x1] \033moov\007 atom not found\r\n\n' >&2; exit 1"#,
            "is M4A (AAC) audio that ffmpeg does not decode: moov atom not found"
        ),
        (
            "echo \"Stream map '0:a:0' matches no streams.\" >&2; echo Conversion failed >&2; exit 1",
            "is M4A (AAC) audio that ffmpeg does not decode: it holds no sound"
        ),
        ("echo short", "holds no samples"), ("kill -9 $$", "is M4A (AAC) audio that ffmpeg does not decode"),
        ("echo 'something that is no sound at all'", "is M4A (AAC) audio, of which ffmpeg made no AU file"),
        (FakeRecording.write(FakeRecording.au([])), "holds no samples"),
        (
            FakeRecording.write(FakeRecording.au([1], channelCount: 65)),
            "has 65 channels: between 1 and 64 are read"
        ),
        (
            FakeRecording.write(FakeRecording.au([1], sampleRate: 1)),
            "has a sample rate of 1 Hz: 1000 to 384000 Hz are read"
        ),
        (
            "printf '%01000d\\n' 7 >&2; exit 1",
            "is M4A (AAC) audio that ffmpeg does not decode: " + String(repeating: "0", count: 200)
        ),
    ]

    @Test("Where there are no samples, the file is refused in one line", arguments: refusals)
    func refuses(script: String, cause: String) throws {
        let error = try #require(throws: FileError.self) { try FakeRecording(script).open() }
        #expect(error == FileError(.badData, path: "a.m4a", cause: cause))
    }

    @Test(
        "Where there are samples, what went wrong behind them is a warning",
        arguments: [
            ("exit 1", "truncated: ffmpeg gave up behind 3000 samples"),
            ("kill -9 $$", "truncated: ffmpeg gave up behind 3000 samples"),
            ("echo No more >&2; exit 1", "truncated: ffmpeg gave up behind 3000 samples: ffmpeg says: No more"),
            ("echo Bad packet >&2", "damaged: ffmpeg says: Bad packet"),
            ("printf ab", "truncated: ffmpeg gave up behind 3000 samples"),
        ])
    func warns(end: String, warning: String) throws {
        let file = try FakeRecording(FakeRecording.write(FakeRecording.au(Self.noise)) + "; " + end).open()
        let samples = try file.samples(at: 16_000)
        #expect(try largestDifference(samples.read(upTo: 10_000), Self.noise) == 0)
        #expect(samples.warnings == [warning] && samples.isIncomplete)
    }

    @Test("A program that is not there does not start")
    func absent() throws {
        let (bytes, ffmpeg) = (FakeRecording("").bytes, FFmpeg(path: "/absent/ffmpeg"))
        let error = try #require(throws: FileError.self) { try AudioFile(bytes: bytes, path: "a.m4a", ffmpeg: ffmpeg) }
        #expect(error.cause == "cannot be decoded, since /absent/ffmpeg does not start: No such file or directory")
    }
}
