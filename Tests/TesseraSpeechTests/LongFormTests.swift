import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

/// Whole recordings against openai/whisper's `transcribe()`: every run of expected.json and expected-options.json, in every folder that
/// has them.
@Suite struct LongFormTests {
    struct Run: Sendable, CustomTestStringConvertible {
        let fixture: String
        let file: String
        let name: String
        var testDescription: String { "\(fixture)/\(name)" }
    }

    static let runs: [Run] = Fixtures.folders(with: "expected.json", "audio.flac", "tokenizer.json").flatMap {
        fixture in
        ["/expected.json", "/expected-options.json"].flatMap { name in
            guard let file = try? JSONObject.read(Fixtures.path(fixture + name)) else { return [Run]() }
            return file.keys.filter { $0 != "language" }.map { Run(fixture: fixture, file: fixture + name, name: $0) }
        }
    }

    @Test func thereAreRuns() {
        #expect(Self.runs.count >= 7)
    }

    @Test(arguments: runs)
    func transcriptEqualsTheReference(run: Run) throws {
        let expected = try #require(
            try JSONObject.read(Fixtures.path(run.file)).object(run.name))
        let transcriber = try Transcriber(folder: Fixtures.path(run.fixture))
        let transcript = try transcriber.transcribe(
            AudioFile(Fixtures.path(run.fixture + "/audio.flac")),
            try options(try #require(try expected.object("options"))))
        let segments = try expected.objects("segments")
        #expect(transcript.segments.count == segments.count)
        var latest = 0.0
        for (segment, expected) in zip(transcript.segments, segments) {
            #expect(segment.seek == (try expected.integer("seek", in: 0...1_000_000)))
            #expect(segment.tokens == (try expected.numbers("tokens") ?? []).map { Int32($0) })
            #expect(segment.text == (try expected.string("text")))
            try compareNumbers(segment, expected)
            try compareTimes(segment, expected, duration: transcript.duration, latest: &latest)
        }
        try expectMonotone(transcript)
    }

    private func compareNumbers(_ segment: TranscribedSegment, _ expected: JSONObject) throws {
        #expect(abs(segment.averageLogProbability - (try expected.number("avg_logprob", in: -1e9...1e9))) <= 1e-3)
        #expect(abs(segment.noSpeechProbability - (try expected.number("no_speech_prob", in: 0...1))) <= 1e-3)
        #expect(abs(segment.compressionRatio - (try expected.number("compression_ratio", in: 0...1e9))) <= 1e-6)
    }

    /// Times within 0.02 s once both end with the recording, and probabilities within 1e-3. The reference's words may run
    /// backwards in time, where ours do not: what begins before something else has ended is not compared.
    private func compareTimes(
        _ segment: TranscribedSegment, _ expected: JSONObject, duration: Double, latest: inout Double
    ) throws {
        func compare(_ start: Double, _ end: Double, _ expected: JSONObject, from latest: Double) throws -> Double {
            let expectedStart = min(duration, try expected.number("start", in: -1e9...1e9))
            let expectedEnd = min(duration, try expected.number("end", in: -1e9...1e9))
            if expectedStart >= latest, expectedEnd >= expectedStart {
                #expect(abs(start - expectedStart) <= 0.02)
                #expect(abs(end - expectedEnd) <= 0.02)
            }
            return max(latest, expectedEnd)
        }
        let before = latest
        latest = try compare(segment.start, segment.end, expected, from: latest)
        guard let spoken = segment.words else { return }
        let words = try expected.objects("words")
        #expect(spoken.map(\.word) == (try words.map { try $0.string("word") }))
        var latestWord = before
        for (word, expected) in zip(spoken, words) {
            latestWord = try compare(word.start, word.end, expected, from: latestWord)
            #expect(abs(word.probability - (try expected.number("probability", in: 0...1))) <= 1e-3)
        }
    }

    /// Segments and words follow each other, and words lie inside their segment; what lies behind the end is of no length there.
    private func expectMonotone(_ transcript: Transcript) throws {
        var latest = 0.0
        for segment in transcript.segments {
            guard segment.start < transcript.duration else {
                #expect(segment.start == transcript.duration && segment.end == transcript.duration)
                continue
            }
            #expect(segment.start >= latest && segment.end > segment.start && segment.end <= transcript.duration)
            var latestWord = segment.start
            for word in segment.words ?? [] {
                #expect(word.start >= latestWord && word.end > word.start && word.end <= segment.end)
                latestWord = word.end
            }
            latest = segment.end
        }
    }

    @Test(arguments: Set(runs.map(\.fixture)))
    func languageIsTheLikeliest(fixture: String) throws {
        let file = try JSONObject.read(Fixtures.path(fixture + "/expected.json"))
        let likeliest = try #require(try file.object("language")).keys[0]
        var options = TranscriptionOptions()
        options.temperatures = [0]
        options.tokenLimit = 4
        let transcript = try Transcriber(folder: Fixtures.path(fixture)).transcribe(
            AudioFile(Fixtures.path(fixture + "/audio.flac")), options)
        #expect(transcript.language == likeliest)
    }

    private func options(_ file: JSONObject) throws -> TranscriptionOptions {
        var options = TranscriptionOptions()
        options.language = try file.string("language")
        options.temperatures = [Float(try file.number("temperature", in: 0...1))]
        options.beamSize = file.contains("beam_size") ? try file.integer("beam_size", in: 1...100) : nil
        options.conditionsOnPreviousText = try file.boolean("condition_on_previous_text", default: true)
        options.timestamps = try file.boolean("word_timestamps", default: false) ? .word : .segment
        options.initialPrompt = file.contains("initial_prompt") ? try file.string("initial_prompt") : nil
        options.tokenLimit = file.contains("sample_len") ? try file.integer("sample_len", in: 1...1000) : nil
        options.task = try file.string("task", default: "transcribe") == "translate" ? .translate : .transcribe
        if file.contains("no_speech_threshold") {
            options.noSpeechThreshold = try file.number("no_speech_threshold", in: 0...1)
        }
        if case .null? = file.value("logprob_threshold") { options.logProbabilityThreshold = nil }
        options.carriesInitialPrompt = try file.boolean("carry_initial_prompt", default: false)
        options.patience = file.contains("patience") ? try file.number("patience", in: 0...10) : options.patience
        options.lengthPenalty = file.contains("length_penalty") ? try file.number("length_penalty", in: 0...1) : nil
        if file.contains("hallucination_silence_threshold") {
            options.hallucinationSilenceThreshold = try file.number("hallucination_silence_threshold", in: 0...100)
        }
        if file.contains("suppress_tokens") {
            options.suppressedTokens = try file.string("suppress_tokens").split(separator: ",").compactMap { Int32($0) }
        }
        if file.contains("prepend_punctuations") {
            options.prependedPunctuation = try file.string("prepend_punctuations")
            options.appendedPunctuation = try file.string("append_punctuations")
        }
        let times = try file.numbers("clip_timestamps") ?? []
        options.clips = stride(from: 0, to: times.count, by: 2).map { index in
            .init(start: times[index], end: index + 1 < times.count ? times[index + 1] : nil)
        }
        return options
    }
}
