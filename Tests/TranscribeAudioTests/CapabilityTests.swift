import TestSupport
import Testing

/// What Speech2Text cannot do is refused, naming the option and the model, before anything is transcribed.
@Suite struct CapabilityTests {
    @Test(arguments: [
        ["--timestamps", "word"], ["--skip-silence"], ["--temperature", "0.5"], ["--temperature", "0"],
        ["--task", "translate"], ["--language", "en"], ["--language", "de"], ["--initial-prompt", "names"],
        ["--short-clips"], ["--batched"], ["--length-penalty", "0.5"], ["--suppress-tokens", "5"],
        ["--clip-timestamps", "0,1"],
    ])
    func optionsOfOtherModels(_ options: [String]) throws {
        let fixture = Fixture(name: "speech2text", recordingName: "audio.wav")
        let outcome = try transcribeAudio(["--model", fixture.model, fixture.recording] + options)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.output.isEmpty, "\(outcome)")
        let named = options[0] == "--timestamps" || options[0] == "--task" ? options.joined(separator: " ") : options[0]
        #expect(outcome.errors.contains("\(named): \(fixture.model) "), "\(outcome)")
    }

    /// Models that label frames find the times of words, and nothing else of this.
    @Test(arguments: [
        ["--skip-silence"], ["--temperature", "0"], ["--task", "translate"], ["--language", "en"],
        ["--initial-prompt", "names"], ["--short-clips"], ["--batched"], ["--length-penalty", "0.5"],
        ["--suppress-tokens", "5"], ["--clip-timestamps", "0,1"],
        ["--hallucination-silence-threshold", "2", "--timestamps", "word"],
        ["--append-punctuations", ".", "--timestamps", "word"],
        ["--prepend-punctuations", "(", "--timestamps", "word"],
    ])
    func optionsOfModelsThatWriteTokens(_ options: [String]) throws {
        let fixture = Fixture(name: "wav2vec2-ctc-base", recordingName: "audio0.wav")
        let outcome = try transcribeAudio(["--model", fixture.model, fixture.recording] + options)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.output.isEmpty, "\(outcome)")
        #expect(
            outcome.errors.contains("\(options[0])") && outcome.errors.contains(": \(fixture.model) "), "\(outcome)")
    }

    @Test func timesOfWordsOfLetters() throws {
        let fixture = Fixture(name: "wav2vec2-ctc-base", recordingName: "audio0.wav")
        let outcome = try transcribeAudio(
            [
                "--model", fixture.model, fixture.recording, "--timestamps", "word", "--format", "json", "--beam-size",
                "3",
            ])
        #expect(outcome.code == 0 && outcome.output.contains("\"words\": [{\"word\":"), "\(outcome)")
    }
}
