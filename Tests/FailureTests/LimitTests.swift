import TesseraFiles
import TestSupport
import Testing

/// Commands under limits of the system.
@Suite struct LimitTests {
    private let folder = TemporaryFolder()
    private static let root = sample("../../")

    /// A file's size of one block of 512 bytes, without the shell's help: the signal that comes with it is the command's affair.
    private func limited(_ command: String, _ arguments: [String]) throws -> Outcome {
        try RunningCommand(command, arguments, script: #"ulimit -f 1; exec "$0" "$@""#).outcome()
    }

    @Test func filesThatMayNotBecomeLarge() throws {
        folder.write("features", "old")
        let features = folder.file("features")
        let outcome = try limited("classify-image", [sample("cat.png"), "--features", features])
        let cause = "cannot be written: files may not become so large here"
        #expect(outcome.code == 74 && outcome.errors == "\(features): \(cause)\n", "\(outcome)")
        #expect(folder.contents == ["features"] && text(features) == "old")

        let recording = Fixtures.ownPath("whisper/audio.wav")
        let options = ["--model", Fixtures.ownPath("whisper"), "--temperature", "0", "--format", "json"]
        let transcribed = try limited("transcribe-audio", options + ["--output-folder", folder.file("out"), recording])
        let output = folder.file("out/audio.json")
        #expect(transcribed.code == 74 && transcribed.errors == "\(output): \(cause)\n", "\(transcribed)")
        #expect(folderContents(folder.file("out")).isEmpty)
    }

    @Test(arguments: ["json", "csv"]) func standardOutputThatMayNotBecomeLarge(format: String) throws {
        let pictures = [String](repeating: sample("cat.png"), count: 12)
        let outcome = try limited("classify-image", pictures + ["--format", format])
        #expect(outcome.code == 74 && outcome.errors == "standard output: File too large\n", "\(outcome)")
    }

    /// With less and less memory: all of the answer, or a message.
    @Test(arguments: ["classify-image", "transcribe-audio", "forecast-series"])
    func littleMemory(command: String) throws {
        let input = [
            "classify-image": sample("cat.png"),
            "transcribe-audio": Self.root + "Samples/recordings/three-one-four.flac",
            "forecast-series": Self.root + "Samples/series/bicycle-rentals.csv",
        ]
        let whole = try RunningCommand(command, [input[command]!]).outcome()
        #expect(whole.code == 0, "\(whole)")
        var refusals = 0
        for megabytes in stride(from: 160, to: 40, by: -8) {
            let script = #"ulimit -v "# + "\(megabytes * 1024)" + #"; exec "$0" "$@""#
            let outcome = try RunningCommand(command, [input[command]!], script: script).outcome()
            if outcome.code == 0 {
                #expect(outcome.output == whole.output, "\(megabytes) MB")
            } else {
                #expect(!outcome.errors.isEmpty, "\(megabytes) MB: \(outcome.code), \(outcome.signal ?? 0)")
                refusals += 1
            }
        }
        #expect(refusals > 0)
    }
}
