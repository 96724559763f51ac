import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// Folders as fine-tuning, older programs and transformers 5 leave them: the same model under other files.
@Suite struct HubLayoutTests {
    private static let languageTables = ["lang_to_id", "task_to_id", "is_multilingual"]

    /// A copy of a fixture, of whose JSON files some lack keys.
    private func copy(
        _ fixture: String, without: [String: [String]] = [:], leavingOut: [String] = []
    ) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath(fixture)) where !leavingOut.contains(name) {
            let path = Fixtures.ownPath("\(fixture)/\(name)")
            let keys = without[name] ?? []
            let bytes = try keys.isEmpty ? InputFile(path).contents(limit: 1 << 26) : object(path, without: keys)
            folder.write(name, bytes)
        }
        return folder
    }

    private func object(_ path: String, without keys: [String] = [], adding more: (inout JSONWriter) -> Void = { _ in })
        throws -> [UInt8]
    {
        var json = JSONWriter()
        let members = try JSONObject.read(path).members
        json.object { json in
            for member in members where !keys.contains(member.name) { json.write(member.value, for: member.name) }
            more(&json)
        }
        return try json.finish(path: path)
    }

    private func transcript(
        _ folder: String, _ fixture: String, language: String? = nil
    ) throws -> Transcript {
        var options = TranscriptionOptions()
        if fixture != "speech2text" { (options.temperatures, options.language) = ([0], language) }
        options.tokenLimit = 20
        let name = fixture == "whisper-longform" ? "audio.flac" : "audio.wav"
        return try Transcriber(folder: folder).transcribe(AudioFile(Fixtures.ownPath("\(fixture)/\(name)")), options)
    }

    /// Speech2Text is told nothing, since it knows one language.
    private func expectSame(_ folder: TemporaryFolder, _ fixture: String, language: String?) throws {
        let (found, expected) = (
            try transcript(folder.path, fixture, language: language),
            try transcript(Fixtures.ownPath(fixture), fixture, language: language)
        )
        #expect(found.segments == expected.segments && found.language == expected.language)
        #expect(!expected.segments.isEmpty && found.duration == expected.duration)
    }

    // MARK: Languages

    @Test(arguments: ["whisper", "whisper-longform"], [nil, "de"])
    func languagesComeFromTheTokenizer(fixture: String, language: String?) throws {
        let folder = try copy(fixture, without: ["generation_config.json": Self.languageTables])
        let expected = try Transcriber(folder: Fixtures.ownPath(fixture)).languages
        #expect(try Transcriber(folder: folder.path).languages == expected)
        try expectSame(folder, fixture, language: language)
        for keys in [["lang_to_id"], ["task_to_id"], ["lang_to_id", "is_multilingual"]] {
            let folder = try copy(fixture, without: ["generation_config.json": keys])
            try expectSame(folder, fixture, language: language)
        }
    }

    /// Where the file is absent or says nothing, the model that ships writes down what it did before.
    @Test(arguments: [nil, "{}"], [nil, "en"])
    func theFileMayBeAbsent(contents: String?, language: String?) throws {
        let folder = try copy("../../Models/speech-digits", leavingOut: ["generation_config.json"])
        if let contents { folder.write("generation_config.json", contents) }
        let transcriber = try Transcriber(folder: folder.path)
        #expect(transcriber.languages == ["en"] && transcriber.capabilities.contains(.translation))
        var options = TranscriptionOptions()
        options.language = language
        let recording = try AudioFile(Fixtures.ownPath("../../Samples/recordings/three-one-four.flac"))
        let transcript = try transcriber.transcribe(recording, options)
        #expect(transcript.text == " three one four" && transcript.language == "en")
    }

    /// Tokenizers of models for English alone have the tokens of languages too.
    @Test(arguments: [
        (#""is_multilingual": false"#, 0), (#""forced_decoder_ids": [[1, 503]]"#, 0), (#""is_multilingual": true"#, 3),
        (#""forced_decoder_ids": [[1, null], [2, 499]]"#, 3), (#""forced_decoder_ids": [[1, 496], [2, 499]]"#, 3),
        (#""forced_decoder_ids": null"#, 3), (#""lang_to_id": {}"#, 3),
    ])
    func configurationsSayWhetherThereAreSeveral(setting: String, count: Int) throws {
        let folder = try copy("whisper", leavingOut: ["generation_config.json"])
        folder.write("generation_config.json", "{\(setting)}")
        #expect(try Transcriber(folder: folder.path).languages.count == count)
        folder.write("generation_config.json", "{}")
        let said = try JSONObject(bytes: Array("{\(setting)}".utf8), path: "setting").members[0]
        folder.write(
            "config.json",
            try object(Fixtures.ownPath("whisper/config.json"), without: [said.name]) { json in
                json.write(said.value, for: said.name)
            })
        #expect(try Transcriber(folder: folder.path).languages.count == count)
    }

    @Test func languagesThatAreNowhereAreNamed() throws {
        let folder = try copy("whisper", without: ["generation_config.json": ["lang_to_id"]])
        let tokenizer = text(folder.file("tokenizer.json"))
        var changed = tokenizer
        for code in ["en", "de", "fr"] { changed = changed.replacing("<|\(code)|>", with: "<|\(code)-x|>") }
        folder.write("tokenizer.json", changed)
        let error = #expect(throws: FileError.self) { try Transcriber(folder: folder.path) }
        #expect(error?.place == "lang_to_id" && error?.path.hasSuffix("generation_config.json") == true)
    }

    // MARK: Processors

    /// `processor_config.json`, as transformers 5 writes it for Whisper and Speech2Text.
    @Test(arguments: ["whisper", "whisper-longform", "speech2text"])
    func settingsMayStandInTheProcessors(fixture: String) throws {
        let name = "preprocessor_config.json"
        let folder = try copy(fixture, leavingOut: [name])
        let settings = text(Fixtures.ownPath("\(fixture)/\(name)"))
        folder.write("processor_config.json", "{\"feature_extractor\": \(settings), \"processor_class\": \"Some\"}")
        try expectSame(folder, fixture, language: nil)
        // Where both are there, transformers takes the nested ones.
        folder.write(name, #"{"feature_extractor_type": "Other"}"#)
        try expectSame(folder, fixture, language: nil)
        // The older file of that name says nothing of sound.
        folder.write("processor_config.json", "{\"processor_class\": \"Some\"}")
        folder.write(name, settings)
        try expectSame(folder, fixture, language: nil)
    }

    @Test func whatIsWrongInsideIsNamed() throws {
        let folder = try copy("whisper", leavingOut: ["preprocessor_config.json"])
        folder.write("processor_config.json", #"{"feature_extractor": {"hop_length": "x"}}"#)
        let error = #expect(throws: FileError.self) { try Transcriber(folder: folder.path) }
        #expect(error?.path == folder.file("processor_config.json"))
        #expect(error?.cause.contains("feature_extractor.hop_length") == true)
    }
}
