import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TesseraText
import TestSupport
import Testing

/// The same small Whisper in the hub's layout and in those of other programs.
@Suite struct WhisperContainerTests {
    static let equal = ["openai/tiny.pt", "ctranslate2", "ggml-tiny.bin"]
    private static let all = equal + ["ggml-tiny-q8_0.bin"]

    private static func path(_ name: String) -> String { Fixtures.ownPath("whisper-containers/" + name) }

    private func presented(_ name: String) throws -> ModelFolder {
        try #require(try Whisper.presented(ModelFolder(Self.path(name), acceptsFile: true)))
    }

    private func hub() throws -> ModelFolder { try ModelFolder(Self.path("hub")) }

    /// Bit by bit, under the hub's names.
    @Test(arguments: equal) func sameTensors(_ name: String) throws {
        let (found, expected) = (try Checkpoint(presented(name)), try Checkpoint(hub()))
        #expect(found.names.sorted() == expected.names.sorted())
        for name in expected.names {
            #expect(found.shape(of: name) == expected.shape(of: name), "\(name)")
            #expect(try found.readTensor(name) == expected.readTensor(name), "\(name)")
            #expect(try found.readStored(name).shape == found.shape(of: name))
        }
    }

    /// Those of 8 bits are off by half a step, the 254th part of the largest of 32, and by its rounding to half precision.
    @Test func tensorsOfEightBits() throws {
        let (found, expected) = (try Checkpoint(presented("ggml-tiny-q8_0.bin")), try Checkpoint(hub()))
        #expect(found.names.sorted() == expected.names.sorted())
        for name in expected.names {
            let (values, exact) = (try found.readTensor(name).values, try expected.readTensor(name).values)
            let largest = exact.reduce(0) { max($0, abs($1)) }
            let error = zip(values, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error <= largest / 254 * 1.15, "\(name)")
        }
    }

    private func text(_ value: JSONValue?) throws -> String {
        var json = JSONWriter()
        json.write(try #require(value))
        return String(decoding: try json.finish(path: ""), as: UTF8.self)
    }

    /// What the hub's files say, the others' say too: sizes, languages, what is suppressed.
    @Test(arguments: all) func sameSettings(_ name: String) throws {
        let (found, expected) = (try presented(name), try hub())
        for file in ["config.json", "generation_config.json", "preprocessor_config.json"] {
            let (mine, theirs) = (try found.read(file), try expected.read(file))
            for member in theirs.members {
                #expect(try text(mine.value(member.name)) == text(member.value), "\(file): \(member.name)")
            }
        }
        #expect(try found.read("generation_config.json").contains("alignment_heads") == (name == "ctranslate2"))
    }

    @Test(arguments: all) func sameTokens(_ name: String) throws {
        let (found, expected) = (try Tokenizer(presented(name)), try Tokenizer(hub()))
        #expect(found.count == expected.count)
        for text in ["the other in another", " -- ((♪♪ ♪", "Überraschung 東京\n", "<|en|><|0.02|>the<|endoftext|>"] {
            #expect(found.encode(text) == expected.encode(text))
            #expect(found.decode(expected.encode(text)) == expected.decode(expected.encode(text)))
        }
        for id in 0..<Int32(expected.count) { #expect(found.bytes(of: id) == expected.bytes(of: id)) }
    }

    private func transcript(_ name: String, _ precision: Precision) throws -> Transcript {
        var options = TranscriptionOptions()
        (options.temperatures, options.language, options.tokenLimit) = ([0], "en", 12)
        return try Transcriber(folder: Self.path(name), precision: precision)
            .transcribe(AudioFile(Fixtures.ownPath("whisper/audio.wav")), options)
    }

    @Test(arguments: equal, [Precision.float32, .bfloat16, .int8])
    func sameTranscript(_ name: String, _ precision: Precision) throws {
        let (found, expected) = (try transcript(name, precision), try transcript("hub", precision))
        #expect(found.segments == expected.segments && found.text == expected.text)
        #expect(found.decisions == expected.decisions)
        #expect(!expected.segments.isEmpty)
    }

    @Test func transcriptOfEightBits() throws {
        #expect(try transcript("ggml-tiny-q8_0.bin", .int8).duration == transcript("hub", .int8).duration)
    }

    /// A model of openai/whisper's is found with its vocabulary, of either kind, and says which is missing.
    @Test func theVocabularyLiesBesideTheFile() throws {
        let folder = TemporaryFolder()
        func copy(_ name: String, as written: String) throws {
            folder.write(written, try InputFile(Self.path(name)).contents(limit: 1 << 20))
        }
        try copy("openai/tiny.pt", as: "tiny.pt")
        let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.file("tiny.pt")) }
        #expect(error?.kind == .unreadable && error?.cause.contains("whisper/assets/multilingual.tiktoken") == true)
        try copy("hub/tokenizer.json", as: "tokenizer.json")
        #expect(try Transcriber(folder: folder.file("tiny.pt")).languages.count == 99)
        folder.write(
            "tokenizer.json", try InputFile(Fixtures.ownPath("whisper/tokenizer.json")).contents(limit: 1 << 20))
        let other = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.file("tiny.pt")) }
        #expect(other?.cause.contains("is the tokenizer of another model") == true, "\(String(describing: other))")
    }

    @Test func otherFilesAreRefused() throws {
        let folder = TemporaryFolder()
        func refusal(_ bytes: [UInt8]) -> String {
            let path = folder.write("x.bin", bytes)
            return String(describing: #expect(throws: FileError.self) { _ = try Transcriber(folder: path) })
        }
        #expect(refusal(Array("GGUF".utf8)).contains("is a GGML or GGUF file, not a Whisper in one file"))
        #expect(refusal([1, 2, 3]).contains("name the folder that holds the model"))
        let types = try InputFile(Fixtures.ownPath("pytorch/nested.bin")).contents(limit: 1 << 20)
        #expect(refusal(types).contains("has no 'dims'"))
        folder.write("model.bin", try InputFile(Fixtures.ownPath("ctranslate2/int8.bin")).contents(limit: 1 << 20))
        let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.path) }
        #expect(error?.place == "variable 'decoder/embeddings/weight'", "\(String(describing: error))")
        let files = TemporaryFolder()
        files.write("ggml-tiny.bin", "lmgg")
        let several = #expect(throws: FileError.self) { _ = try Transcriber(folder: files.path) }
        #expect(several?.cause.contains("to run 'ggml-tiny.bin', name the file itself") == true)
    }

    /// The header, the filters and the vocabulary; the tensors have a sweep of their own.
    @Test func everyDamagedHeaderOfGGMLIsReadOrRefused() throws {
        let folder = TemporaryFolder()
        try DamageSweep.inOwnProcess {
            let head = try InputFile(Self.path("ggml-tiny.bin")).contents(limit: 1 << 20).prefix(14_347)
            try DamageSweep.run("header", Array(head), changes: 500) { damaged in
                let path = folder.write("ggml-x.bin", damaged)
                if let model = try Whisper.presented(ModelFolder(path, acceptsFile: true)) { _ = try Checkpoint(model) }
            }
        }
    }
}
