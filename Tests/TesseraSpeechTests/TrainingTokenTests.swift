import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// What the decoder reads and is to write, against sequences written down by hand after Radford et al. (2022), figure 1.
@Suite struct TrainingTokenTests {
    private let samples: TrainingSamples

    init() throws { samples = try TrainingSamples() }

    private typealias Tokens = (inputs: [Int32], targets: [Int32])

    /// Every sequence that a recording gives in forty epochs, in the order of their lengths.
    private func sequences(_ recording: TranscribedRecording, folder: SpeechFolder? = nil) throws -> [Tokens] {
        let data = try TranscribedClips(reading: [recording], folder: folder ?? samples.folder)
        #expect(data.unreadable == [])
        var found: [[Int32]: [Int32]] = [:]
        for epoch in 0..<40 where data.sampleCount == 1 {
            let batch = try data.batch([0], epoch: epoch)
            found[batch.inputs] = batch.targets
        }
        return found.map { ($0, $1) }.sorted { $0.0.count < $1.0.count }
    }

    private func expect(
        _ found: Tokens?, _ words: [String], targets: [String]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let ids = try words.flatMap { try samples.ids($0) }
        let expected = try targets?.flatMap { try samples.ids($0) } ?? Array(ids.dropFirst())
        #expect(found?.inputs == Array(ids.dropLast()) && found?.targets == expected, sourceLocation: sourceLocation)
    }

    private static let start = ["<|startoftranscript|>", "<|en|>", "<|transcribe|>"]

    @Test("Text without times", arguments: ["the river runs", "  the river runs\n"])
    func plainText(_ text: String) throws {
        let found = try sequences(samples.recording("a", text))
        #expect(found.count == 1)
        try expect(found.first, Self.start + ["<|notimestamps|>", " the river runs", "<|endoftext|>"])
    }

    @Test("Tokens spelled out in a text are text")
    func spelledTokens() throws {
        let found = try sequences(samples.recording("a", "a <|endoftext|> b"))
        #expect(found.count == 1 && found[0].targets.count { $0 == samples.tokenizer.id(of: "<|endoftext|>") } == 1)
    }

    @Test("A segment's times come and go, rounded to 20 ms")
    func times() throws {
        let found = try sequences(
            samples.recording(
                "a", "",
                segments: [
                    .init(start: 0.109, end: 0.431, text: "the river"), .init(start: 0.44, end: 3, text: "runs"),
                ]))
        #expect(found.count == 2)
        try expect(found.first, Self.start + ["<|notimestamps|>", " the river", " runs", "<|endoftext|>"])
        // The recording ends after a second.
        try expect(
            found.last,
            Self.start + [
                "<|0.10|>", " the river", "<|0.44|>", "<|0.44|>", " runs", "<|1.00|>", "<|endoftext|>",
            ])
    }

    @Test("Of a segment that goes on behind the window there is only the start; without times the sound ends there")
    func cut() throws {
        let recording = samples.recording(
            "a", "", seconds: 2.6,
            segments: [
                .init(start: 0.02, end: 0.8, text: "the"), .init(start: 1.6, end: 2.4, text: "river"),
                .init(start: 2.4, end: 2.5, text: "runs"),
            ])
        let found = try sequences(recording)
        #expect(found.count == 2)
        try expect(found.first, Self.start + ["<|notimestamps|>", " the", "<|endoftext|>"])
        try expect(found.last, Self.start + ["<|0.02|>", " the", "<|0.80|>", "<|1.60|>", "<|endoftext|>"])
        let data = try TranscribedClips(reading: [recording], folder: samples.folder)
        for epoch in 0..<10 {
            let batch = try data.batch([0], epoch: epoch)
            let hasTimes = batch.tokenCount == found.last?.inputs.count
            #expect(batch.clips[0].frames.shape == [hasTimes ? 200 : 160, 80])
        }
    }

    @Test("Where nobody speaks, no speech follows the first token")
    func noSpeech() throws {
        let found = try sequences(samples.recording("a", " "))
        #expect(found.count == 1)
        try expect(
            found.first, Self.start + ["<|notimestamps|>", "<|endoftext|>"],
            targets: ["<|nospeech|>", "<|transcribe|>", "<|notimestamps|>", "<|endoftext|>"])
    }

    @Test("Language and task come from the recording", arguments: ["de", "de-AT", "DE_de"])
    func language(_ code: String) throws {
        var recording = samples.recording("a", "the", language: code)
        recording.task = .translate
        try expect(
            try sequences(recording).first,
            ["<|startoftranscript|>", "<|de|>", "<|translate|>", "<|notimestamps|>", " the", "<|endoftext|>"])
    }

    @Test("A model of one language has no tokens for it")
    func oneLanguage() throws {
        let folder = TemporaryFolder()
        for name in ["config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json"] {
            let file = TestSupport.text(Fixtures.ownPath("whisper/" + name))
            folder.write(name, file.replacing("\"is_multilingual\": true", with: "\"is_multilingual\": false"))
        }
        let model = try SpeechFolder(ModelFolder(folder.path))
        for language in ["en", nil] {
            let found = try sequences(samples.recording("a", "the", language: language), folder: model)
            try expect(found.first, ["<|startoftranscript|>", "<|notimestamps|>", " the", "<|endoftext|>"])
        }
        try expect(
            try sequences(samples.recording("a", ""), folder: model).first,
            ["<|startoftranscript|>", "<|notimestamps|>", "<|endoftext|>"], targets: ["<|nospeech|>", "<|endoftext|>"])
        let data = try TranscribedClips(reading: [samples.recording("a", "der", language: "de")], folder: model)
        #expect(data.unreadable.first?.cause.contains("'de'") == true)
    }

    @Test("Text of other recordings comes before, and nothing is learned of it")
    func previousText() throws {
        var joining = SpeechJoining(maximumCount: 2)
        (joining.previousTextProbability, joining.silenceProbability) = (1, 0)
        let data = try TranscribedClips(
            reading: [samples.recording("a", "the", seconds: 0.5)], folder: samples.folder, joining: joining)
        let before = try samples.ids("<|startofprev|>", " the")
        let timestamp = try samples.ids("<|0.00|>")[0]
        for epoch in 0..<20 {
            let batch = try data.batch([0], epoch: epoch)
            let start = try #require(batch.inputs.firstIndex(of: try samples.ids(Self.start[0])[0]))
            // Timestamps beside the text, where the clip has some.
            let text = batch.inputs[..<start].filter { $0 < timestamp }
            #expect(text.first == before[0] && text.count > 1 && text.dropFirst().allSatisfy { $0 == before[1] })
            #expect(batch.targets[..<start].allSatisfy { $0 == -1 })
            #expect(batch.targets[start...].allSatisfy { $0 >= 0 } && batch.inputs.count <= 64)
            #expect(Array(batch.inputs[(start + 1)...]) == Array(batch.targets[start...].dropLast()))
        }
    }
}
