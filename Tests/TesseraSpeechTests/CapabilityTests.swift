import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// What a model cannot do is refused by name, before anything is read.
@Suite struct CapabilityTests {
    struct Request: Sendable, CustomTestStringConvertible {
        let capability: Transcriber.Capability
        let ask: @Sendable (inout TranscriptionOptions) -> Void
        var testDescription: String { capability.rawValue }
    }

    static let requests = [
        Request(capability: .languageChoice) { $0.language = "en" },
        Request(capability: .translation) { $0.task = .translate },
        Request(capability: .wordTimes) { $0.timestamps = .word },
        Request(capability: .inventionSkipping) { $0.hallucinationSilenceThreshold = 2 },
        Request(capability: .wordPunctuation) { $0.prependedPunctuation = "(" },
        Request(capability: .wordPunctuation) { $0.appendedPunctuation = ")" },
        Request(capability: .temperatures) { $0.temperatures = [0.5] },
        Request(capability: .temperatures) { $0.bestOf = 2 },
        Request(capability: .temperatures) { $0.noSpeechThreshold = nil },
        Request(capability: .initialPrompt) { $0.initialPrompt = "names" },
        Request(capability: .silenceSkipping) { $0.skipsSilence = true },
        Request(capability: .shortClips) { $0.usesShortClips = true },
        Request(capability: .batching) { $0.isBatched = true },
        Request(capability: .patience) { $0.patience = 2 },
        Request(capability: .lengthPenalty) { $0.lengthPenalty = 0.5 },
        Request(capability: .suppressedTokens) { $0.suppressedTokens = [5] },
        Request(capability: .clips) { $0.clips = [.init(start: 1)] },
        Request(capability: .tokenProbabilities) { $0.tellsTokens = true },
    ]

    @Test func everyCapabilityIsAskedFor() {
        #expect(Set(Self.requests.map(\.capability)) == Set(Transcriber.Capability.allCases))
    }

    @Test(arguments: requests)
    func speech2TextRefusesWhatItCannotDo(_ request: Request) throws {
        let transcriber = try Transcriber(folder: Fixtures.ownPath("speech2text"))
        var options = TranscriptionOptions()
        request.ask(&options)
        let error = #expect(throws: UnsupportedOption.self) { try transcriber.check(options) }
        #expect(error?.capability == request.capability && error?.model == transcriber.name)
        #expect(error?.description.hasPrefix(transcriber.name + " ") == true)
        let recording = try AudioFile(Fixtures.ownPath("speech2text/audio.wav"))
        #expect(throws: try #require(error)) { _ = try transcriber.transcribe(recording, options) }
    }

    /// Frames tell when a word is said; all else is asked in vain.
    @Test(arguments: ["wav2vec2-ctc-base", "wav2vec2-ctc-large", "hubert-ctc"], requests)
    func modelsOfLettersFindTimesOfWordsAlone(_ fixture: String, _ request: Request) throws {
        let transcriber = try Transcriber(folder: Fixtures.ownPath(fixture))
        var options = TranscriptionOptions()
        request.ask(&options)
        guard request.capability != .wordTimes else { return try transcriber.check(options) }
        let error = #expect(throws: UnsupportedOption.self) { try transcriber.check(options) }
        #expect(error?.capability == request.capability)
    }

    @Test(arguments: requests)
    func whisperDoesItAll(_ request: Request) throws {
        let transcriber = try Transcriber(folder: Fixtures.ownPath("whisper"))
        var options = TranscriptionOptions()
        request.ask(&options)
        try transcriber.check(options)
    }

    @Test(arguments: ["whisper", "speech2text", "wav2vec2-ctc-base"])
    func everyModelDoesTheUsual(_ fixture: String) throws {
        let transcriber = try Transcriber(folder: Fixtures.ownPath(fixture))
        var options = TranscriptionOptions()
        try transcriber.check(options)
        (options.beamSize, options.tokenLimit, options.timestamps) = (2, 4, .none)
        try transcriber.check(options)
    }
}
