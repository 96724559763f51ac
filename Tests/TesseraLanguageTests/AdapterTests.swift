import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TestSupport
import Testing

/// Adapters against PEFT's.
@Suite struct AdapterTests {
    private static let folder = Fixtures.ownPath("text-adapters")
    private static let names = folderContents(folder)

    private static func adapted(_ name: String) throws -> (model: ModelFolder, reference: Safetensors) {
        let adapter = try ModelFolder(joinPath(folder, name))
        let base = try adapter.read("adapter_config.json").string("base_model_name_or_path")
        let reference = try Safetensors(joinPath(adapter.path, "reference.safetensors"))
        return (try ModelFolder(Fixtures.ownPath(base)).adapted(by: adapter), reference)
    }

    @Test func thereAreAdapters() { #expect(Self.names.count >= 4) }

    /// Logits within 5e-5 of the largest, and unlike those of the model alone.
    @Test(arguments: names.filter { $0.hasPrefix("bert") })
    func classifiersEqualTheReference(name: String) throws {
        let (folder, reference) = try Self.adapted(name)
        let expected = try reference.readTensor("logits").values
        let text = "The lighthouse keeper counts the ships."
        let found = try TextClassifier(folder).classify([text], topK: 1000)[0].predictions
        #expect(found.count == expected.count)
        let largest = expected.map(abs).max() ?? 0
        for prediction in found { #expect(abs(prediction.logit - expected[prediction.index]) <= 5e-5 * largest) }
        let alone = try TextClassifier(folder: folder.path).classify([text], topK: 1000)[0].predictions
        #expect(found != alone)
    }

    @Test(arguments: names.filter { $0.hasPrefix("gpt2") })
    func languageModelsEqualTheReference(name: String) throws {
        let (folder, reference) = try Self.adapted(name)
        let expected = try reference.readTensor("logits")
        let ids = try reference.readRows("input_ids") { Int32($0) }[0]
        let logits = try CausalLanguageModel(folder).logits(of: ids)
        #expect(relativeError(logits.reshaped(expected.shape), expected) <= 5e-5)
    }

    @Test(arguments: [
        (#""use_dora": false"#, #""use_dora": true"#, "use_dora"),
        (#""peft_type": "LORA""#, #""peft_type": "IA3""#, "IA3"),
        (#""alpha_pattern": {}"#, #""alpha_pattern": {"^query": 8}"#, "alpha_pattern.^query"),
    ])
    func whatIsNotSupportedIsNamed(replaced: String, with text: String, cause: String) throws {
        let copy = TemporaryFolder()
        let path = joinPath(Self.folder, "bert/adapter_config.json")
        let config = String(decoding: try InputFile(path).contents(limit: 1 << 20), as: UTF8.self)
        #expect(config.contains(replaced))
        copy.write("adapter_config.json", config.replacing(replaced, with: text))
        let error = #expect(throws: FileError.self) {
            try ModelFolder(Fixtures.ownPath("text-bert-classification")).adapted(by: ModelFolder(copy.path))
        }
        #expect(error?.description.contains(cause) == true)
    }

    /// An adapter of another model is refused, and names its first tensor that does not fit.
    @Test func anotherModelsAdapterIsRefused() throws {
        let folder = try ModelFolder(Fixtures.ownPath("text-distilbert"))
            .adapted(by: ModelFolder(joinPath(Self.folder, "bert")))
        let error = #expect(throws: FileError.self) { try TextClassifier(folder) }
        #expect(error?.description.contains("lora_A") == true)
    }
}
