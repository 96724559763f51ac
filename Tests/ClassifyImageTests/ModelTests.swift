import TesseraFiles
import TestSupport
import Testing

/// Which folders classify-image takes for a model, and how it says what is wrong with the others.
@Suite struct ModelTests {
    private static let configurations = folderContents(Fixtures.path("hostile/config"))

    /// What the message names, where it is neither the key that the file is called after nor what the parser found.
    private static let named = [
        "act_unknown": "hidden_act", "array": "a list", "auto_map_code": "auto_map", "bom": "byte-order mark",
        "depth_100000": "64 levels", "dup_key": "hidden_size", "empty": "is empty", "float_layers": "num_hidden_layers",
        "heads_not_dividing": "num_attention_heads", "hidden_1e18": "hidden_size", "image_1e9": "image_size",
        "layers_1e9": "num_hidden_layers", "missing_hidden": "hidden_size", "model_type_unknown": "model_type",
        "neg_heads": "num_attention_heads", "not_json": "line 1", "null_layers": "num_hidden_layers",
        "patch_zero": "patch_size", "string_hidden": "hidden_size", "utf16": "UTF-16",
        "zero_heads": "num_attention_heads",
    ]

    /// A model's folder made of the ViT fixture's files, some of them replaced; nil leaves one out.
    private func model(replacing files: [String: [UInt8]?]) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in ["config.json", "preprocessor_config.json", "model.safetensors"] where files[name] == nil {
            folder.write(name, try InputFile(Fixtures.path("vit/" + name)).contents(limit: 1 << 24))
        }
        for (name, bytes) in files { if let bytes { folder.write(name, bytes) } }
        return folder
    }

    @Test(arguments: configurations)
    func configuration(name: String) throws {
        let bytes = try InputFile(Fixtures.path("hostile/config/" + name)).contents(limit: 1 << 20)
        let folder = try model(replacing: ["config.json": bytes])
        let outcome = try classifyImage([sample("cat.png"), "--model", folder.path])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        if let words = Self.named[String(name.dropLast(5))] {
            #expect(outcome.errors.hasPrefix(folder.file("config.json") + ": ") && outcome.errors.contains(words))
        } else {
            // Accepted as a configuration; the fixture's weights are those of another model.
            #expect(outcome.errors.contains("the weights do not fit config.json"))
            #expect(outcome.errors.contains("missing: vit.encoder.layer.3."))
            #expect(outcome.errors.contains("tensors of another shape: "))
        }
    }

    @Test func fixtureIsAccepted() throws {
        let folder = try model(replacing: [:])
        let outcome = try classifyImage([sample("cat.png"), "--model", folder.path])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output.contains("label "))
    }

    @Test func weightsOfOtherFormats() throws {
        let pickled = try model(replacing: ["model.safetensors": nil, "pytorch_model.bin": [0x50, 0x4B, 3, 4]])
        let outcome = try classifyImage([sample("cat.png"), "--model", pickled.path])
        #expect((65...66).contains(outcome.code) && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.contains("pytorch_model.bin"))
        let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8)
        let fetched = try model(replacing: ["model.safetensors": pointer])
        let refused = try classifyImage([sample("cat.png"), "--model", fetched.path])
        #expect(refused.code == 65 && refused.isOneLineOfError && refused.errors.contains("LFS"), "\(refused)")
    }

    @Test func tensorsThatDoNotFit() throws {
        let text = String(
            decoding: try InputFile(Fixtures.path("vit/config.json")).contents(limit: 1 << 20), as: UTF8.self)
        func refusal(_ old: String, _ new: String) throws -> String {
            let config = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
            #expect(config != text)
            let folder = try model(replacing: ["config.json": Array(config.utf8)])
            let outcome = try classifyImage([sample("cat.png"), "--model", folder.path])
            #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
            return outcome.errors
        }
        let fewer = try refusal(#""num_hidden_layers": 3"#, #""num_hidden_layers": 2"#)
        #expect(fewer.contains("unexpected: vit.encoder.layer.2."))
        let more = try refusal(#""num_hidden_layers": 3"#, #""num_hidden_layers": 4"#)
        #expect(more.contains("missing: vit.encoder.layer.3."))
        let wider = try refusal(#""intermediate_size": 80"#, #""intermediate_size": 81"#)
        #expect(wider.contains("of another shape: vit.encoder.layer.0.intermediate.dense.weight"))
    }

    @Test func weightsThatAreNotNumbers() throws {
        var bytes = try InputFile(Fixtures.path("vit/model.safetensors")).contents(limit: 1 << 24)
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
        let folder = try model(replacing: ["model.safetensors": bytes])
        let outcome = try classifyImage([sample("cat.png"), "--model", folder.path])
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains("NaN"), "\(outcome)")
        #expect(outcome.errors.contains("tensor 'vit.") || outcome.errors.contains("tensor 'classifier"))
    }

    @Test func modelThatIsNowhere() throws {
        let cache = TemporaryFolder()
        for (name, words) in [("nobody/nothing", "fetch-model nobody/nothing"), ("/no/such/folder", "/no/such/folder")]
        {
            let outcome = try classifyImage(
                [sample("cat.png"), "--model", name], environment: ["HF_HUB_CACHE=" + cache.path])
            #expect(outcome.code == 66 && outcome.isOneLineOfError && outcome.errors.contains(words), "\(outcome)")
        }
    }
}
