import TesseraFiles
import TestSupport
import Testing

/// Manifests of recordings, parts of them, and files that a run goes on with.
@Suite struct ItemTests {
    private let folder = TemporaryFolder()
    private let options = ["--model", Fixture.short.model, "--temperature", "0", "--language", "en"]

    private func manifest() throws -> String {
        folder.write("a.wav", try Fixture.short.bytes())
        let lines = [
            #"{"audio": "a.wav", "text": "what was said", "speaker": "x"}"#, #"{"audio": "absent.wav"}"#,
            #"{"audio": "\#(Fixture.short.recording)", "nested": {"list": [1, 2.5, null, true]}}"#,
        ]
        return folder.write("manifest.jsonl", lines.map { $0 + "\n" }.joined())
    }

    private func lines(_ text: String) throws -> [JSONObject] {
        try text.split(separator: "\n").map { try JSONObject(bytes: Array($0.utf8), path: "output") }
    }

    @Test func everyRecordingGivesALine() throws {
        let outcome = try transcribeAudio(options + ["--manifest", try manifest()])
        #expect(outcome.code == 1)
        let items = try lines(outcome.output)
        let results = ["duration", "language", "text", "segments", "decisions"]
        #expect(
            items.map(\.keys) == [
                ["audio", "speaker", "manifest"] + results, ["audio", "error"], ["audio", "nested"] + results,
            ])
        #expect(try items[0].object("manifest")?.string("text") == "what was said")
        #expect(try items[1].string("error") + "\n" == outcome.errors)
        let alone = try transcribeAudio(options + ["--format", "json", Fixture.short.recording]).output
        #expect(
            outcome.output.split(separator: "\n")[2] + "\n"
                == alone.replacing(
                    ", \"duration\"", with: ", \"nested\": {\"list\": [1, 2.5, null, true]}, \"duration\""))
    }

    @Test func aRunGoesOnWhereTheLastEnded() throws {
        let output = folder.file("out.jsonl")
        let arguments = options + ["--manifest", try manifest(), "--output", output]
        #expect(try transcribeAudio(arguments).code == 1)
        let whole = text(output)
        for count in [0, 10, whole.utf8.count / 2, whole.utf8.count - 1, whole.utf8.count] {
            folder.write("out.jsonl", Array(whole.utf8.prefix(count)))
            #expect(try transcribeAudio(arguments).code == 1)
            #expect(text(output) == whole, "after \(count) bytes")
        }
        let parts = try (0..<2).map { try transcribeAudio(arguments.dropLast(2) + ["--shard", "\($0)/2"]) }
        #expect(parts.map(\.code) == [0, 1])
        #expect(try lines(parts[0].output + parts[1].output).count == 3)
    }

    /// A file that one run writes is not another's: their lines would mix.
    @Test func twoRunsDoNotShareAFile() throws {
        let output = folder.file("out.jsonl")
        let arguments = options + ["--manifest", "-", "--output", output]
        let pipe = folder.file("pipe")
        let outcome = try transcribeAudio(
            arguments,
            script: """
                mkfifo '\(pipe)'; "$0" "$@" < '\(pipe)' & exec 3> '\(pipe)'
                for i in $(seq 100); do test -e '\(output)' && break; sleep 0.1; done; sleep 0.5
                "$0" "$@" < /dev/null; code=$?; exec 3>&-; wait; exit $code
                """)
        #expect(outcome.code == 73 && outcome.errors.contains("is being written by another program"), "\(outcome)")
    }

    @Test(arguments: [
        ["--format", "srt"], ["--output-folder", "x"], ["--spectrogram", "x.png"], ["--max-line-width", "20"],
    ])
    func whatDoesNotGoTogether(more: [String]) throws {
        let outcome = try transcribeAudio(["--manifest", "m.jsonl"] + more)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(more[0]), "\(outcome)")
    }
}
