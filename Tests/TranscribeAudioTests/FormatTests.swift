import TesseraFiles
import TestSupport
import Testing

/// What transcribe-audio prints, run as a user runs it: every format says the same.
@Suite struct FormatTests {
    static let fixtures = [Fixture.short, .long]

    @Test(arguments: fixtures, ["none", "segment", "word"])
    func formatsAgree(fixture: Fixture, timestamps: String) throws {
        func printed(_ format: String) throws -> String {
            let outcome = try transcribeAudio(
                fixture.arguments("--format", format, "--timestamps", timestamps, "--language", "en"))
            #expect(outcome.code == 0, "\(outcome)")
            return outcome.output
        }
        let transcript = try parseJSON(printed("json"))
        let segments = try subtitles(transcript, byWords: false)
        #expect(!segments.isEmpty)
        let lines = try transcript.objects("segments").map { oneLine(try $0.string("text")) }.filter { !$0.isEmpty }
        #expect(try printed("txt") == lines.map { $0 + "\n" }.joined())
        #expect(try parseTable(printed("tsv")) == segments)
        let expected = try subtitles(transcript, byWords: timestamps == "word")
        #expect(try parseSubRip(printed("srt")) == expected)
        #expect(try parseWebVTT(printed("vtt")) == expected)
    }

    @Test(arguments: fixtures)
    func timesGoForward(fixture: Fixture) throws {
        let outcome = try transcribeAudio(fixture.arguments("--format", "srt"))
        let subtitles = try parseSubRip(outcome.output)
        #expect(subtitles.allSatisfy { $0.start < $0.end })
        #expect(zip(subtitles, subtitles.dropFirst()).allSatisfy { $0.end <= $1.start })
    }

    @Test(arguments: ["segment", "word"])
    func jsonHoldsAllThatIsKnown(timestamps: String) throws {
        let fixture = Fixture.long
        let outcome = try transcribeAudio(
            fixture.arguments("--format", "json", "--timestamps", timestamps, "--language", "DE"))
        let transcript = try parseJSON(outcome.output)
        #expect(transcript.keys == ["audio", "duration", "language", "text", "segments", "decisions"])
        #expect(try transcript.string("audio") == fixture.recording && transcript.string("language") == "de")
        #expect(try transcript.number("duration", in: 0...1000) > 60)
        let segments = try transcript.objects("segments")
        let keys = [
            "id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio",
            "no_speech_prob",
        ]
        #expect(segments.map(\.keys).allSatisfy { $0 == keys + (timestamps == "word" ? ["words"] : []) })
        #expect(try segments.map { try $0.integer("id", in: 0...1000) } == Array(0..<segments.count))
        #expect(try segments.map { try $0.string("text") }.joined() == transcript.string("text"))
        let words = try timestamps == "word" ? segments.flatMap { try $0.objects("words") } : []
        #expect(words.allSatisfy { $0.keys == ["word", "start", "end", "probability"] })
        #expect(words.isEmpty == (timestamps != "word"))
        let decisions = try transcript.objects("decisions")
        #expect(decisions.allSatisfy { $0.keys == ["seek", "verdict", "attempts"] })
        let seeks = Set(try decisions.map { try $0.integer("seek", in: 0...1_000_000) })
        #expect(try segments.allSatisfy { seeks.contains(try $0.integer("seek", in: 0...1_000_000)) })
    }

    /// The weights are random, so that every test of the text fails and every temperature is tried.
    @Test(arguments: [([], [0, 0.2, 0.4, 0.6, 0.8, 1]), (["--temperature", "0.4"], [0.4])])
    func temperatures(options: [String], allowed: [Double]) throws {
        let fixture = Fixture.short
        let outcome = try transcribeAudio(
            ["--model", fixture.model, fixture.recording, "--format", "json"] + options)
        let attempts = try parseJSON(outcome.output).objects("decisions").map { try $0.objects("attempts") }
        #expect(!attempts.isEmpty)
        for attempts in attempts {
            let temperatures = try attempts.map { try $0.number("temperature", in: 0...1) }
            #expect(!temperatures.isEmpty && temperatures.elementsEqual(allowed.prefix(temperatures.count)))
        }
    }

    @Test(arguments: ["srt", "vtt"], ["segment", "word"])
    func linesAreWrapped(format: String, timestamps: String) throws {
        let width = 12
        let arguments = Fixture.long.arguments("--format", format, "--timestamps", timestamps)
        let parse = format == "srt" ? parseSubRip : parseWebVTT
        let whole = try parse(transcribeAudio(arguments).output)
        let wrapped = try parse(transcribeAudio(arguments + ["--max-line-width", "\(width)"]).output)
        #expect(whole.contains { $0.lines[0].count > width } && wrapped.count == whole.count)
        for (wrapped, whole) in zip(wrapped, whole) {
            #expect(wrapped.lines.allSatisfy { $0.count <= width && stripped($0) == $0 && !$0.isEmpty })
            #expect([wrapped.start, wrapped.end] == [whole.start, whole.end])
            let letters = { (lines: [String]) in lines.joined().filter { !$0.isWhitespace } }
            #expect(letters(wrapped.lines) == letters(whole.lines))
        }
    }

    @Test(arguments: [["--beam-size", "3"], ["--initial-prompt", "The river runs."], ["--task", "translate"]])
    func optionsReachTheModel(options: [String]) throws {
        let plain = try transcribeAudio(Fixture.long.arguments("--format", "json"))
        let changed = try transcribeAudio(Fixture.long.arguments("--format", "json") + options)
        #expect(changed.code == 0 && changed.output != plain.output && !changed.output.isEmpty)
    }

    @Test(arguments: ["bf16", "int8"])
    func precisions(precision: String) throws {
        let outcome = try transcribeAudio(Fixture.short.arguments("--precision", precision, "--format", "json"))
        #expect(outcome.code == 0 && outcome.output.hasPrefix("{\"audio\""))
    }

    @Test func spectrogramIsDrawn() throws {
        let folder = TemporaryFolder()
        let outcome = try transcribeAudio(Fixture.long.arguments("--spectrogram", folder.file("sound.png")))
        #expect(outcome.code == 0 && folder.contents == ["sound.png"])
        #expect(outcome.output == (try transcribeAudio(Fixture.long.arguments()).output))
        let bytes = try InputFile(folder.file("sound.png")).contents(limit: 1 << 24)
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func informs() throws {
        let help = try transcribeAudio(["--help"])
        #expect(help.code == 0 && help.errors.isEmpty)
        #expect(help.output.contains("transcribe-audio --model owner/name interview.flac"))
        #expect(try transcribeAudio(["--version"]).output == "0.1.0\n")
    }
}
