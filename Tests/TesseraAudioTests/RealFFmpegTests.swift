import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

private let installed = FFmpeg { name in getenv(name).map { String(cString: $0) } }

/// Files of ffmpeg's own, where it is installed.
@Suite(.enabled(if: installed != nil)) struct RealFFmpegTests {
    /// Endings, and ffmpeg's names of codecs.
    static let formats = [
        ("m4a", "aac"), ("m4a", "alac"), ("mp4", "aac"), ("3gp", "aac"), ("aac", "aac"), ("webm", "libopus"),
        ("mka", "flac"), ("wma", "wmav2"), ("avi", "adpcm_ms"), ("flv", "aac"), ("caf", "alac"), ("wv", "wavpack"),
        ("spx", "libspeex"),
    ]

    /// Three seconds of noise in a file of that format.
    private static func file(_ suffix: String, _ codec: String, in folder: TemporaryFolder) throws -> String {
        let noise = folder.write(
            "noise.wav", Sounds.wav(Sounds.noise(count: 96_000), sampleRate: 16_000, channelCount: 2))
        try run(["-i", noise, "-c:a", codec, folder.file("sound." + suffix)])
        return folder.file("sound." + suffix)
    }

    private static func run(_ arguments: [String]) throws {
        let program = try #require(installed).path
        let outcome = try RunningCommand(program, ["-nostdin", "-v", "error", "-y"] + arguments).outcome()
        #expect(outcome.code == 0, "\(outcome)")
    }

    @Test("Its samples are those of its own WAV files", arguments: formats)
    func samples(suffix: String, codec: String) throws {
        let folder = TemporaryFolder()
        let path = try Self.file(suffix, codec, in: folder)
        try Self.run(["-i", path, "-c:a", "pcm_f32le", folder.file("sound.wav")])
        let (file, converted) = try (
            AudioFile(InputFile(path), ffmpeg: installed), AudioFile(folder.file("sound.wav"))
        )
        #expect((file.sampleRate, file.channelCount) == (converted.sampleRate, converted.channelCount))
        let rate = file.sampleRate
        let read = try TesseraAudioTests.samples(file, at: rate)
        #expect(try largestDifference(read, TesseraAudioTests.samples(converted, at: rate)) == 0)
        #expect(abs(Double(read.count) / Double(rate) - 3) < 0.2)
        let source = try file.samples(at: rate)
        _ = try source.read(upTo: 1 << 20)
        #expect(source.warnings == [])
    }

    @Test("What was cut is refused or named", arguments: formats)
    func cut(suffix: String, codec: String) throws {
        let folder = TemporaryFolder()
        let path = try Self.file(suffix, codec, in: folder)
        let bytes = try InputFile(path).contents(limit: 1 << 24)
        let whole = try AudioFile(InputFile(path), ffmpeg: installed)
        let count = try TesseraAudioTests.samples(whole, at: whole.sampleRate).count
        for length in [bytes.count / 10, bytes.count / 2, bytes.count - 50] {
            do {
                let file = try AudioFile(bytes: Array(bytes[..<length]), path: "cut", ffmpeg: installed)
                let source = try file.samples(at: file.sampleRate)
                // Where it is an index or a title that was cut.
                let isWhole = try source.read(upTo: 1 << 20).count == count
                #expect(isWhole || source.isIncomplete && !source.warnings.isEmpty, "\(length) of \(bytes.count)")
            } catch {
                #expect(error.kind == .badData, "\(error)")
            }
        }
    }

    @Test("Noise behind the first bytes of a format is refused", arguments: ["mov", "aac", "matroska", "asf", "amr"])
    func noise(name: String) throws {
        let beginnings: [String: [UInt8]] = [
            "mov": [0, 0, 0, 16] + Array("ftypM4A ".utf8), "aac": [0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC],
            "matroska": [0x1A, 0x45, 0xDF, 0xA3], "asf": [0x30, 0x26, 0xB2, 0x75], "amr": Array("#!AMR\n".utf8),
        ]
        var random = SplitMix(state: 1)
        let noise = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        do {
            let file = try AudioFile(bytes: beginnings[name, default: []] + noise, path: "noise", ffmpeg: installed)
            _ = try TesseraAudioTests.samples(file, at: 16_000)
        } catch let error as FileError {
            #expect(error.kind == .badData && !error.description.contains("\n"))
        }
    }
}
