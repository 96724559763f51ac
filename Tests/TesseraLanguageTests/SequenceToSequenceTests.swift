import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Encoder-decoders against transformers: what leaves their layers, and what they write.
@Suite struct SequenceToSequenceTests {
    /// Folders whose references hold the encoder's output and logits.
    static let folders = Fixtures.models(ofTypes: Translator.supportedModelTypes).filter { name in
        (try? Safetensors(Fixtures.path(name + "/reference.safetensors")))?.contains("encoder.last_hidden_state")
            == true
    }

    /// Those with what was generated of texts.
    static let writers = folders.filter { name in
        (try? JSONObject.read(Fixtures.path(name + "/expected.json")).objects("generations").isEmpty) == false
    }

    @Test func thereAreFolders() {
        #expect(Self.folders.count >= 4 && Self.writers.count >= 4)
    }

    /// 5e-5 of the largest in float32. Gated networks of random weights make much of roundings: 0.2 in bfloat16, and in int8.
    @Test(arguments: folders, [(Precision.float32, Float(5e-5)), (.bfloat16, 0.2), (.int8, 0.2)])
    func layersEqualTheReference(name: String, precision: (kind: Precision, tolerance: Float)) throws {
        let reference = try Safetensors(Fixtures.path(name + "/reference.safetensors"))
        let network = try SequenceToSequenceModel.network(ModelFolder(Fixtures.path(name)), precision.kind)
        let valid = try reference.readRows("attention_mask") { $0 != 0 }
        let memory = network.encoded(try reference.readRows("input_ids") { Int32($0) }, valid: valid)
        let expected = try reference.readTensor("encoder.last_hidden_state")
        #expect(relativeError(memory.keeping(valid), expected.keeping(valid)) <= precision.tolerance)

        let read = try reference.readRows("decoder_input_ids") { Int32($0) }
        var cache = network.decoder.makeCache(memory: memory, valid: valid)
        let logits = network.decoder.logits(network.decoder.states(of: read, cache: &cache))
        let expectedLogits = try reference.readTensor("logits")
        #expect(relativeError(logits.reshaped(expectedLogits.shape), expectedLogits) <= precision.tolerance)
    }

    /// Ids and texts exactly, the scores of beams within 5e-5.
    @Test(arguments: writers)
    func textsEqualTheReference(name: String) throws {
        let expected = try JSONObject.read(Fixtures.path(name + "/expected.json"))
        let model = try SequenceToSequenceModel(ModelFolder(Fixtures.path(name)), .float32)
        let texts = try expected.strings("inputs")
        for generation in try expected.objects("generations") {
            let run = try generation.string("name")
            var settings = model.settings
            if let options = try generation.object("options") { try settings.read(options, 1 << 20) }
            let written = try model.write(texts, settings)
            let outputs = try generation.objects("outputs")
            #expect(outputs.count == texts.count)
            for (written, output) in zip(written, outputs) {
                let ids = try #require(try output.numbers("ids")).map(Int32.init)
                #expect([settings.startToken].compactMap(\.self) + written.tokens == ids, "\(run)")
                #expect(written.text == (try output.string("text")), "\(run)")
                guard output.contains("score") else { continue }
                let score = try output.number("score", in: -1e9...1e9)
                #expect(abs((written.score ?? .infinity) - score) <= 5e-5 * max(1, abs(score)), "\(run)")
            }
        }
    }

    /// A text gets what it gets alone, whatever others it is read with.
    @Test(arguments: writers)
    func othersDoNotMatter(name: String) throws {
        let model = try SequenceToSequenceModel(ModelFolder(Fixtures.path(name)), .float32)
        let texts = try JSONObject.read(Fixtures.path(name + "/expected.json")).strings("inputs")
        let together = try model.write(texts, model.settings)
        #expect(!together.isEmpty)
        for (text, expected) in zip(texts, together) {
            let alone = try model.write([text], model.settings)[0]
            #expect(alone.tokens == expected.tokens && alone.isTruncated == expected.isTruncated)
        }
    }
}

extension Tensor {
    /// The rows of tokens that are valid, `[tokens, hidden]`.
    fileprivate func keeping(_ valid: [[Bool]]) -> Tensor {
        let rows = valid.flatMap(\.self).enumerated().filter(\.element).map(\.offset)
        return reshaped([shape[0] * shape[1], shape[2]]).gatheringRows(rows)
    }
}

extension JSONObject {
    /// The list of texts under `key`.
    fileprivate func strings(_ key: String) throws -> [String] {
        guard case .array(let values)? = value(key) else { throw error(key, "it must be a list of texts") }
        return try values.map { value in
            guard case .string(let text) = value else { throw error(key, "it must be a list of texts") }
            return text
        }
    }
}
