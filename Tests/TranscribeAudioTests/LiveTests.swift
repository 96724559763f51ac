import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `--live`: words as they are certain, from a file or a pipe.
@Suite struct LiveTests {
    private static let said = "two seven one eight two eight one four one four two\n"
    private let folder = TemporaryFolder()

    private func sample(_ name: String) -> String { Fixtures.ownPath("../../Samples/recordings/\(name).flac") }

    /// The sample's samples, bare.
    private func bytes(at rate: Int = 16_000) throws -> [UInt8] {
        try AudioFile(sample("two-phrases")).samples(at: rate).read(upTo: 1 << 20).flatMap {
            Sounds.bytes(Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded()))), 2)
        }
    }

    private func piped(_ bytes: [UInt8], _ arguments: String...) throws -> Outcome {
        let path = folder.write("sound", bytes)
        return try transcribeAudio([path, "--live"] + arguments, script: #"f=$1; shift; cat "$f" | "$0" "$@""#)
    }

    @Test func filesAreWrittenDownUtteranceByUtterance() throws {
        let outcome = try transcribeAudio(["--live", sample("two-phrases")])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output == Self.said, "\(outcome)")
    }

    @Test(arguments: [nil, 0, 0x7FFF_FFFF, 0xFFFF_FFFF])
    func wavFromPipes(claimed: Int?) throws {
        let outcome = try piped(Sounds.wav(data: bytes(), claimed: claimed), "-")
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output == Self.said, "\(outcome)")
    }

    @Test func bareSamplesFromPipes() throws {
        #expect(try piped(bytes()).output == Self.said)
        #expect(try piped(bytes(at: 48_000), "--raw-rate", "48000", "-").output == Self.said)
        #expect(try piped([]).output.isEmpty)
    }

    @Test func updatesAreLinesOfJSON() throws {
        let outcome = try transcribeAudio(["--live", "--format", "jsonl", sample("two-phrases")])
        let updates = try outcome.output.split(separator: "\n").map { try parseJSON(String($0)) }
        let types = try updates.map { try $0.string("type") }
        #expect(types.contains("tentative") && types.last == "utterance", "\(outcome)")
        let certain = try updates.filter { try $0.string("type") == "committed" }.flatMap { try $0.objects("words") }
        #expect(try certain.map { try $0.string("word") }.joined().trimmed + "\n" == Self.said)
        let times = try certain.flatMap { [try $0.number("start", in: 0...6), try $0.number("end", in: 0...6)] }
        #expect(times == times.sorted())
        let last = try #require(updates.last)
        #expect(try last.string("text") + "\n" == Self.said)
    }

    /// The user ends it: what is left is committed.
    @Test func interruptionCommitsTheRest() throws {
        let (pipe, output) = (folder.file("pipe"), folder.write("words", ""))
        mkfifo(pipe, 0o600)
        // Open for reading, too, so that neither side waits for the other.
        let writer = open(pipe, O_RDWR)
        defer { close(writer) }
        let command = try RunningCommand(
            "transcribe-audio", ["--live", "--format", "jsonl"], input: pipe, to: .file(output))
        let bytes = try bytes()
        #expect(write(writer, bytes, 64_000) == 64_000)
        #expect(write(writer, Array(bytes[64_000..<112_000]), 48_000) == 48_000)
        // Something is heard, of which nothing need be certain yet.
        try command.wait { !text(output).isEmpty }
        command.send(signal: SIGINT)
        let outcome = try command.outcome()
        #expect(outcome.code == 130 && outcome.errors.isEmpty, "\(outcome)")
        let last = try parseJSON(String(#require(text(output).split(separator: "\n").last)))
        #expect(try last.string("type") == "utterance" && last.string("text").hasPrefix("two seven"))
    }

    @Test(arguments: [
        ["--format", "srt"], ["--format", "json"], ["--output-folder", "out"], ["--spectrogram", "x.png"],
        ["--recursive"], ["--task", "translate"], ["--timestamps", "none"], ["--skip-silence"], ["--batched"],
        ["--clip-timestamps", "0,1"], ["--manifest", "x"], ["--shard", "0/2"], ["--output", "x"],
        ["--max-line-width", "40"],
    ])
    func optionsThatDoNotGoWithIt(options: [String]) throws {
        let outcome = try transcribeAudio(["--live", "-"] + options)
        #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.contains("\(options[0]) ") && outcome.errors.contains("--live"), "\(outcome)")
    }

    @Test func otherCallsThatAreRefused() throws {
        let speech2text = Fixture(name: "speech2text", recordingName: "audio.wav")
        let calls: [(code: Int32, arguments: [String], names: String)] = [
            (64, ["--live", "a.wav", "b.wav"], "2 are named"),
            (64, ["--live", "--raw-rate", "8000", "a.wav"], "--raw-rate"),
            (64, ["--raw-rate", "8000", "-"], "--live"), (64, ["--format", "jsonl", "a.wav"], "--live"),
            (
                64, ["--live", "--model", speech2text.model, speech2text.recording],
                "--live: \(speech2text.model) finds no"
            ),
            (66, ["--live", "absent.wav"], "absent.wav"),
        ]
        for call in calls {
            let outcome = try transcribeAudio(call.arguments)
            #expect(
                outcome.code == call.code && outcome.isOneLineOfError && outcome.errors.contains(call.names),
                "\(outcome)")
        }
        let flac = try piped(InputFile(sample("two-phrases")).contents(limit: 1 << 20))
        #expect(flac.code == 65 && flac.isOneLineOfError, "\(flac)")
    }
}
