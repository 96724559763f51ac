import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Decoders against what transformers computes from the same checkpoints.
@Suite struct LanguageModelTests {
    /// Folders whose references hold logits of texts.
    static let folders = Fixtures.models(ofTypes: CausalLanguageModel.supportedModelTypes) {
        $0.names.contains("logits") && $0.names.contains("attention_mask")
    }

    @Test func thereAreFolders() {
        #expect(Self.folders.count >= 4)
    }

    struct Text {
        let ids: [Int32]
        /// `[tokens, vocabulary]`
        let logits: Tensor
    }

    /// Texts are padded on the left or on the right, and the rows of padding hold nothing.
    private static func texts(_ name: String) throws -> [Text] {
        let reference = try Safetensors(Fixtures.path(name + "/reference.safetensors"))
        let mask = try reference.readRows("attention_mask") { $0 != 0 }
        let ids = try reference.readRows("input_ids") { Int32($0) }
        let logits = try reference.readTensor("logits")
        return mask.indices.map { row in
            let places = mask[row].indices.filter { mask[row][$0] }
            let whole = logits.rows(row..<row + 1).reshaped(Array(logits.shape.dropFirst()))
            return Text(ids: places.map { ids[row][$0] }, logits: whole.gatheringRows(places))
        }
    }

    /// Logits: ≤ 5e-5 of the largest, which the order of float32 sums stays below.
    @Test(arguments: folders)
    func logitsEqualTheReference(name: String) throws {
        let model = try CausalLanguageModel(ModelFolder(Fixtures.path(name)))
        let texts = try Self.texts(name)
        #expect(texts.contains { $0.ids.count > 3 })
        for text in texts { #expect(relativeError(model.logits(of: text.ids), text.logits) <= 5e-5) }
    }

    /// Rounded weights, keys and values move logits by two or three hundredths in bfloat16 and some more in int8, as a share of their norm:
    /// random models are louder than trained ones.
    @Test(arguments: folders, [(Precision.bfloat16, 0.05), (.int8, 0.08)])
    func fewerBitsChangeLittle(name: String, precision: (kind: Precision, tolerance: Double)) throws {
        let model = try CausalLanguageModel(ModelFolder(Fixtures.path(name)), precision.kind)
        for text in try Self.texts(name) {
            #expect(relativeDistance(model.logits(of: text.ids), text.logits) <= precision.tolerance)
        }
    }

    /// Texts of different lengths that are read together, and each token by token, have the logits that each has alone.
    @Test(arguments: folders)
    func textsTogetherGiveWhatEachGivesAlone(name: String) throws {
        let decoder = try CausalLanguageModel(ModelFolder(Fixtures.path(name))).decoder
        let texts = try Self.texts(name)
        var cache = decoder.makeCache(memory: nil, sequences: texts.count)
        let longest = texts.map(\.ids.count).max() ?? 0
        for position in 0..<longest {
            let reading = texts.indices.filter { position < texts[$0].ids.count }
            let logits = decoder.nextLogits(
                after: texts.map { position < $0.ids.count ? [$0.ids[position]] : [] }, cache: &cache)
            for (row, text) in reading.enumerated() {
                let expected = texts[text].logits.rows(position..<position + 1)
                #expect(relativeError(logits.rows(row..<row + 1), expected) <= 5e-5)
            }
        }
    }

    /// A folder with other words in its config.json.
    private func changed(_ fixture: String, _ word: String, _ other: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder(copying: fixture)
        let config = String(decoding: try InputFile(folder.file("config.json")).contents(limit: 1 << 20), as: UTF8.self)
        #expect(config.contains(word))
        folder.write("config.json", Array(config.replacing(word, with: other).utf8))
        return folder
    }

    @Test(arguments: [
        (
            "text-gpt2-generation", #""add_cross_attention": false"#, #""add_cross_attention": true"#,
            "add_cross_attention"
        ),
        (
            "text-gpt2-generation", #""scale_attn_by_inverse_layer_idx": false"#,
            #""scale_attn_by_inverse_layer_idx": true"#, "scale_attn_by_inverse_layer_idx"
        ),
        ("text-gpt2-generation", #""n_head": 4"#, #""n_head": 5"#, "n_head"),
        ("text-llama", #""num_key_value_heads": 2"#, #""num_key_value_heads": 3"#, "num_key_value_heads"),
        ("text-llama", #""rope_type": "default""#, #""rope_type": "other""#, "rope_type"),
        ("text-llama", #""attention_bias": false"#, #""attention_bias": true"#, "q_proj.bias"),
        ("text-llama", #""model_type": "llama""#, #""model_type": "mamba""#, "model_type"),
        ("text-llama", "LlamaForCausalLM", "LlamaForTokenClassification", "architectures"),
        ("text-qwen2", #""use_sliding_window": false"#, #""use_sliding_window": true"#, "use_sliding_window"),
    ])
    func whatIsNotSupportedIsNamed(_ fixture: String, word: String, other: String, key: String) throws {
        let folder = try changed(fixture, word, other)
        let error = #expect(throws: FileError.self) { try CausalLanguageModel(ModelFolder(folder.path)) }
        #expect("\(try #require(error))".contains(key))
    }
}
