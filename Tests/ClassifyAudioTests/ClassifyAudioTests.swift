import TesseraFiles
import TestSupport
import Testing

/// The command as its contract says.
@Suite struct ClassifyAudioTests {
    private func array(_ text: String) throws -> [JSONObject] {
        try JSONObject(bytes: Array("{\"all\": \(text)}".utf8), path: "output").objects("all")
    }

    @Test func jsonHoldsEveryRecordingInItsOrder() throws {
        let outcome = try classifyAudio(
            model + ["--format", "json", "--top-k", "3", "--quiet"] + (0..<3).map(recording))
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        let sounds = try array(outcome.output)
        #expect(try sounds.map { try $0.string("audio") } == (0..<3).map(recording))
        #expect(sounds.allSatisfy { $0.keys == ["audio", "predictions"] })
        let best = try sounds.map { try $0.objects("predictions") }
        #expect(best.allSatisfy { $0.count == 3 && $0[0].keys == ["label", "index", "score", "logit"] })
        #expect(try best.map { try $0[0].string("label") } == ["label 7", "label 0", "label 5"])
    }

    @Test func windowsAreThereWhereAskedFor() throws {
        let outcome = try classifyAudio(model + ["--format", "json", "--window", "0.5", recording(0)])
        let windows = try array(outcome.output)[0].objects("windows")
        #expect(outcome.code == 0 && windows.count == 2, "\(outcome)")
        #expect(try windows.map { try $0.number("start", in: 0...9) } == [0, 0.5])
        #expect(windows.allSatisfy { $0.keys == ["start", "end", "predictions"] })
    }

    @Test func otherFormats() throws {
        let text = try classifyAudio(model + ["--top-k", "1", "--window", "1", recording(0)]).output
        #expect(text.split(separator: "\n").count == 2 && text.contains("\n  0.00–0.90 s  label 7 "))
        let csv = try classifyAudio(model + ["--top-k", "2", "--format", "csv", recording(0)]).output
        #expect(csv.hasPrefix("audio,rank,label,index,score,logit\n\(recording(0)),1,label 7,7,0.27347"))
        #expect(csv.split(separator: "\n").count == 3)
        let rows = try classifyAudio(model + ["--top-k", "1", "--format", "csv", "--window", "0.5", recording(0)])
            .output
        #expect(rows.hasPrefix("audio,start,end,rank,label,index,score,logit\n\(recording(0)),0.00,0.50,1,"))
        let lines = try classifyAudio(model + ["--format", "jsonl", "--quiet", recording(0), recording(1)]).output
        #expect(lines.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"audio\": ") && $0.hasSuffix("}") })
    }

    /// A cut recording is said to be cut, on standard error.
    @Test func warnings() throws {
        let outcome = try classifyAudio(model + [recording(1)])
        #expect(
            outcome.code == 0 && outcome.errors.contains("\(recording(1)): only the first 1.295 seconds"), "\(outcome)")
        #expect(try classifyAudio(model + ["--quiet", recording(1)]).errors.isEmpty)
    }

    @Test func foldersStandardInputAndManifests() throws {
        let folder = TemporaryFolder()
        for number in 0..<2 {
            folder.write("in/\(number).wav", try InputFile(recording(number)).contents(limit: 1 << 20))
        }
        let all = try classifyAudio(model + ["--quiet", "--format", "jsonl", folder.file("in")])
        #expect(all.code == 0 && all.output.split(separator: "\n").count == 2, "\(all)")
        let piped = try classifyAudio(model + ["--top-k", "1", "-"], input: recording(0))
        #expect(piped.code == 0 && piped.output == "-  label 7 27.3 %\n", "\(piped)")
        let manifest = folder.write("list.jsonl", "{\"audio\": \"in/0.wav\", \"n\": 5}\n{\"audio\": \"none.wav\"}\n")
        let output = folder.file("labels.jsonl")
        let listed = try classifyAudio(model + ["--manifest", manifest, "--output", output])
        let written = String(decoding: try InputFile(output).contents(limit: 1 << 20), as: UTF8.self)
        #expect(
            listed.code == 1 && written.hasPrefix("{\"audio\": \"in/0.wav\", \"n\": 5, \"predictions\": "), "\(listed)")
        #expect(written.split(separator: "\n").last?.contains("\"error\": ") == true)
    }

    @Test func someFail() throws {
        let folder = TemporaryFolder()
        let short = folder.write("short.wav", Sounds.wav([0.5], sampleRate: 16_000))
        let outcome = try classifyAudio(model + ["--top-k", "1", short, recording(0), folder.file("none.wav")])
        #expect(outcome.code == 1 && outcome.output.contains("label 7"), "\(outcome)")
        #expect(outcome.errors.contains("\(short): is shorter than 0.025 seconds"), "\(outcome)")
        #expect(try classifyAudio(model + [short]).code == 65)
        #expect(try classifyAudio(model + [folder.file("none.wav")]).code == 66)
        let empty = folder.write("empty.wav", [])
        #expect(try classifyAudio(model + [empty]).code == 65)
    }

    @Test(arguments: [
        ([], 64, "--model"), (model + ["--window", "0.01"], 64, "--window"),
        (model + ["--window", "2"], 64, "--window"),
        (model + ["--top-k", "0"], 64, "--top-k"), (model + ["--format", "srt"], 64, "--format"),
        (["--model", Fixtures.ownPath("whisper")], 65, "model_type"), (["--model", "/none"], 66, "/none"),
        (model + ["--output", "x.jsonl", "--format", "csv"], 64, "--format"),
    ])
    func whatCannotBeDoneIsRefused(arguments: [String], code: Int, says: String) throws {
        let outcome = try classifyAudio(arguments + [recording(0)])
        #expect(Int(outcome.code) == code && outcome.output.isEmpty && outcome.errors.contains(says), "\(outcome)")
    }
}
