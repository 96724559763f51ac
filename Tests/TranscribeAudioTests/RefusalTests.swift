import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What transcribe-audio does with usage errors, odd inputs and outputs. An error is one line and names its reason.
@Suite struct RefusalTests {
    private let fixture = Fixture.short

    @Test(arguments: [
        ([], "No recording is named"),
        (["--bogus"], "--bogus"),
        (["--format", "xml", "a.wav"], "--format"),
        (["--task", "sing", "a.wav"], "--task"),
        (["--timestamps", "always", "a.wav"], "--timestamps"),
        (["--beam-size", "0", "a.wav"], "--beam-size must be between 1 and 100"),
        (["--temperature", "nan", "a.wav"], "--temperature must be between 0 and 1"),
        (["--temperature", "2", "a.wav"], "--temperature must be between 0 and 1"),
        (["--temperature", "0.5", "--beam-size", "2", "a.wav"], "--beam-size searches at temperature 0"),
        (["--max-line-width", "0", "a.wav"], "--max-line-width must be at least 1"),
        (["--max-line-count", "2", "a.wav"], "--max-line-count needs --max-line-width"),
        (["--max-line-width", "9", "--max-words-per-line", "2", "a.wav"], "exclude each other"),
        (["--highlight-words", "a.wav"], "--highlight-words needs --timestamps word"),
        (["--patience", "2", "a.wav"], "--patience needs --beam-size"),
        (["--length-penalty", "2", "a.wav"], "--length-penalty must be between 0 and 1"),
        (["--suppress-tokens", "5,x", "a.wav"], "'5,x'"),
        (["--suppress-tokens", "5,99999", "a.wav"], "--suppress-tokens 99999 is none of this model's"),
        (["--logprob-threshold", "inf", "a.wav"], "'inf'"),
        (["--no-speech-threshold", "2", "a.wav"], "--no-speech-threshold must be between 0 and 1"),
        (["--carry-initial-prompt", "a.wav"], "--carry-initial-prompt needs --initial-prompt"),
        (["--clip-timestamps", "5,3", "a.wav"], "'5,3'"),
        (["--clip-timestamps", "nan", "a.wav"], "'nan'"),
        (["--clip-timestamps", "", "a.wav"], "--clip-timestamps"),
        (["--hallucination-silence-threshold", "2", "a.wav"], "needs --timestamps word"),
        (["--batched", "--short-clips", "a.wav"], "--batched and --short-clips exclude each other"),
        (
            ["--batched", "--timestamps", "word", "--hallucination-silence-threshold", "2", "a.wav"],
            "--batched and --hallucination-silence-threshold exclude each other"
        ),
        (["--output-folder", "", "a.wav"], "--output-folder must not be empty"),
        (["--spectrogram", "s.png", "a.wav", "b.wav"], "--spectrogram draws one recording, but 2 are named"),
        (["-", "-"], "Standard input"),
        ([""], "must not be empty"),
        (["--format", "srt", "a.wav", "b.wav"], "--format srt of several recordings needs --output-folder"),
        (["--format", "vtt", "a.wav", "b.wav"], "--output-folder"),
        (["--format", "tsv", "a.wav", "b.wav"], "--output-folder"),
    ])
    func usage(arguments: [String], cause: String) throws {
        let outcome = try transcribeAudio(["--model", fixture.model] + arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }

    @Test func unknownLanguage() throws {
        let outcome = try transcribeAudio(["--model", Fixture.long.model, "--language", "tlh", Fixture.long.recording])
        #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.contains("--language tlh") && outcome.errors.contains("en, zh, de, es, ru"))
    }

    /// A model that says it is not multilingual knows English alone.
    @Test func modelOfOneLanguage() throws {
        let folder = TemporaryFolder()
        for name in folderContents(fixture.model) where name != "generation_config.json" {
            folder.write(name, try InputFile(fixture.model + "/" + name).contents(limit: 1 << 26))
        }
        let text = text(fixture.model + "/generation_config.json")
        let changed = text.replacing(/"is_multilingual":\s*true/, with: "\"is_multilingual\": false")
        #expect(changed != text)
        folder.write("generation_config.json", changed)
        let arguments = ["--model", folder.path, "--temperature", "0", fixture.recording]
        let english = try transcribeAudio(arguments + ["--format", "json", "--language", "en"])
        #expect(try english.code == 0 && parseJSON(english.output).string("language") == "en")
        for options in [["--language", "de"], ["--task", "translate"]] {
            let outcome = try transcribeAudio(arguments + options)
            #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(options[0]))
        }
    }

    @Test func shippedModelThatIsNotThere() throws {
        let elsewhere = TemporaryFolder()
        let outcome = try transcribeAudio([fixture.recording], environment: ["TESSERA_MODELS=" + elsewhere.path])
        #expect(
            outcome.code == 66 && outcome.isOneLineOfError && outcome.errors.hasPrefix("speech-digits: "), "\(outcome)")
    }

    @Test func outputNamesThatCollide() throws {
        let folder = TemporaryFolder()
        for name in ["one/a.wav", "two/a.wav", "two/a.flac"] { folder.write(name, try fixture.bytes()) }
        for inputs in [["one/a.wav", "two/a.wav"], ["two"], ["one/a.wav", "one/a.wav"]] {
            let outcome = try transcribeAudio(
                ["--model", fixture.model, "--output-folder", folder.file("out")] + inputs.map(folder.file))
            #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.contains(folder.file("out/a.txt")) && folder.contents == ["one", "two"])
        }
    }

    @Test func outputIsAnInput() throws {
        let folder = TemporaryFolder()
        let recording = folder.write("a.txt", try fixture.bytes())
        let before = try InputFile(recording).contents(limit: 1 << 26)
        for options in [["--output-folder", folder.path], ["--spectrogram", recording]] {
            let outcome = try transcribeAudio(["--model", fixture.model, recording] + options)
            #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("also an input"))
        }
        #expect(try InputFile(recording).contents(limit: 1 << 26).elementsEqual(before))
    }

    @Test func outputThatCannotBeCreated() throws {
        let folder = TemporaryFolder()
        let file = folder.write("file", "")
        folder.createFolder("taken/audio.txt")
        for (output, named) in [
            (file, file), (file + "/sub", file), ("/proc/none", "/proc/none"),
            (folder.file("taken"), folder.file("taken/audio.txt")),
        ] {
            let outcome = try transcribeAudio(fixture.arguments("--output-folder", output))
            #expect(outcome.code == 73 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(named + ": "))
        }
        let outcome = try transcribeAudio(fixture.arguments("--spectrogram", "/dev/full"))
        #expect(outcome.code == 73 && outcome.isOneLineOfError)
    }

    @Test(arguments: ["txt", "json", "srt", "vtt", "tsv"])
    func standardOutputThatFails(format: String) throws {
        let arguments = Fixture.long.arguments("--format", format)
        let full = try transcribeAudio(arguments, to: .file("/dev/full"))
        #expect(full.code == 74 && full.errors == "standard output: No space left on device\n", "\(full)")
        for output in [RunningCommand.Output.closed, .abandoned] {
            let outcome = try transcribeAudio(arguments, to: output)
            #expect(outcome.code == 74 && outcome.errors.isEmpty)
        }
    }

    @Test func inputThatIsNoFile() throws {
        let folder = TemporaryFolder()
        mkfifo(folder.file("pipe.wav"), 0o600)
        folder.link("dangling.wav", to: "nowhere")
        folder.createFolder("empty")
        for name in ["pipe.wav", "dangling.wav", "absent.wav", "empty"] {
            let outcome = try transcribeAudio(["--model", fixture.model, folder.file(name)])
            #expect(outcome.code == 66 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(folder.file(name) + ": "))
        }
    }

    @Test func damagedRecording() throws {
        let folder = TemporaryFolder()
        let cut = folder.write("cut.flac", Array(try Fixture.long.bytes().prefix(100_000)))
        let picture = folder.write("picture.wav", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49])
        for path in [cut, picture, folder.write("text.wav", "hello hello hello")] {
            let outcome = try transcribeAudio(
                ["--model", fixture.model, path, "--spectrogram", folder.file("s.png")])
            #expect(
                outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.hasPrefix(path + ": "), "\(outcome)")
            #expect(!folder.contents.contains("s.png"))
        }
        let empty = try transcribeAudio(["--model", fixture.model, "-"])
        #expect(empty.code == 65 && empty.isOneLineOfError && empty.errors.hasPrefix("standard input: "))
    }

    /// Decoders have their own words for what they meet: none of them is heard.
    @Test func damagedMP3IsAcceptedWithAWarningOfOurs() throws {
        let folder = TemporaryFolder()
        let whole = try InputFile(Fixtures.path("audio/mono-16000.mp3")).contents(limit: 1 << 20)
        let zeros = [UInt8](repeating: 0, count: 5000)
        let noise = (0..<3000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3 | 1) }
        let flipped = whole.enumerated().map { $0.offset > 600 && $0.offset % 97 == 0 ? ~$0.element : $0.element }
        let files = [
            whole + whole, whole + zeros, Array(whole[..<700] + noise + whole[700...]), Array(whole.dropLast(50)),
            Array(whole[..<700] + whole[900...]), flipped, Array(whole.dropFirst(700)),
        ]
        for (index, bytes) in files.enumerated() {
            let path = folder.write("\(index).mp3", bytes)
            let outcome = try transcribeAudio(["--model", fixture.model, "--temperature", "0", path])
            let lines = outcome.errors.split(separator: "\n")
            #expect(outcome.code == 0 && lines.allSatisfy { $0.hasPrefix(path + ": ") }, "\(outcome)")
            #expect(lines.isEmpty == (index < 2), "\(outcome)")
            let quiet = try transcribeAudio(["--model", fixture.model, "--temperature", "0", path, "--quiet"])
            #expect(quiet.code == 0 && quiet.errors.isEmpty, "\(quiet)")
        }
    }

    /// A recording whose header promises more than there is.
    @Test func oddRecordingIsAcceptedWithAWarning() throws {
        let folder = TemporaryFolder()
        let path = folder.write("odd.wav", Array(try fixture.bytes().dropLast(1000)))
        let outcome = try transcribeAudio(["--model", fixture.model, "--temperature", "0", path])
        #expect(outcome.code == 0 && outcome.errors.hasPrefix(path + ": truncated"), "\(outcome)")
        let quiet = try transcribeAudio(["--model", fixture.model, "--temperature", "0", path, "--quiet"])
        #expect(quiet.code == 0 && quiet.output == outcome.output && quiet.errors.isEmpty)
    }
}
