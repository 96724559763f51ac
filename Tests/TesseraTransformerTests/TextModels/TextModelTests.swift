import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Models of text, assembled from the blocks that pictures and speech use, against what transformers computes from the same
/// checkpoints: encoder and decoder (T5), decoder alone (GPT-2), encoder alone (BERT).
@Suite struct TextModelTests {
    /// A fixture, what the names of one case's tensors begin with, and what it calls the encoder's input. Chronos-T5 is a T5
    /// with a scaled head and ReLU whose words are numbers.
    typealias Case = (fixture: String, prefix: String, input: String)
    static let t5Cases: [Case] = [
        ("t5", "", "input_ids"), ("chronos-t5", "case0.", "token_ids"), ("chronos-t5", "case1.", "token_ids"),
    ]

    private static func reference(_ fixture: String) throws -> Safetensors {
        try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
    }

    private struct T5Case {
        let model: EncoderDecoder
        let configuration: T5Configuration
        let memory: Tensor
        let mask: [[Bool]]
        let reference: Safetensors
    }

    private static func t5(_ test: Case) throws -> T5Case {
        let folder = Fixtures.path(test.fixture)
        let configuration = try T5Configuration(try JSONObject.read(folder + "/config.json"))
        let model = try t5(configuration, folder: folder)
        let reference = try reference(test.fixture)
        let mask = try reference.readRows(test.prefix + "attention_mask") { $0 != 0 }
        let ids = try reference.readRows(test.prefix + test.input) { Int32($0) }
        return T5Case(
            model: model, configuration: configuration, memory: model.encoded(ids, valid: mask), mask: mask,
            reference: reference)
    }

    private static func t5(_ configuration: T5Configuration, folder: String) throws -> EncoderDecoder {
        let checkpoint = try Checkpoint(folder: folder)
        var model = EncoderDecoder(configuration, isTied: !checkpoint.contains("lm_head.weight"))
        try model.load(
            from: checkpoint,
            names: TensorNames(rules: T5Names.rules(isGated: configuration.block.gated), ignored: T5Names.ignoredNames)
        ) { _ in .float32 }
        return model
    }

    // Logits: ≤ 1e-4 of the largest, which the order of float32 sums stays far below.

    @Test func bertEqualsTheReference() throws {
        let model = try BERT(folder: Fixtures.path("bert"))
        let reference = try Self.reference("bert")
        let ids = try reference.readRows("input_ids") { Int32($0) }
        let mask = try reference.readRows("attention_mask") { $0 != 0 }
        #expect(relativeError(model(ids, mask: mask), try reference.readTensor("logits")) <= 1e-4)
    }

    @Test func gpt2EqualsTheReference() throws {
        let decoder = try GPT2.decoder(folder: Fixtures.path("gpt2"))
        let reference = try Self.reference("gpt2")
        let ids = try reference.readRows("input_ids") { Int32($0) }
        var cache = decoder.makeCache(memory: nil, sequences: ids.count)
        let logits = decoder.logits(decoder.states(of: ids, cache: &cache))
        let expected = try reference.readTensor("logits")
        #expect(relativeError(logits.reshaped(expected.shape), expected) <= 1e-4)
    }

    @Test(arguments: t5Cases)
    func t5EqualsTheReference(_ test: Case) throws {
        let t5 = try Self.t5(test)
        let ids = try t5.reference.readRows(test.prefix + "decoder_input_ids") { Int32($0) }
        var cache = t5.model.decoder.makeCache(memory: t5.memory, valid: t5.mask)
        let logits = t5.model.decoder.logits(t5.model.decoder.states(of: ids, cache: &cache))
        let expected = try t5.reference.readTensor(test.prefix + "logits")
        #expect(relativeError(logits.reshaped(expected.shape), expected) <= 1e-4)
    }

    // The cache: token by token and in pieces, always the logits of one pass over all tokens, save for the order of sums.

    @Test(arguments: [1, 3])
    func gpt2sCacheGivesTheLogitsOfAFullForward(step: Int) throws {
        let decoder = try GPT2.decoder(folder: Fixtures.path("gpt2"))
        #expect(cacheError(of: decoder, memory: nil, step: step) <= 1e-5)
    }

    /// Over 150 tokens of models this loud, transformers' own single precision is up to 6e-5 from its double precision, and
    /// with its cache up to 5e-5 from a pass without it.
    @Test(arguments: t5Cases, [1, 3])
    func t5sCacheGivesTheLogitsOfAFullForward(_ test: Case, step: Int) throws {
        let t5 = try Self.t5(test)
        let last = t5.memory.shape[0] - 1
        let error = cacheError(
            of: t5.model.decoder, memory: t5.memory.rows(last..<last + 1), valid: [t5.mask[last]], step: step)
        #expect(error <= 1e-4)
    }

    // Generation. The reference's sequences begin with the prompt, and are padded behind the end token.

    @Test func gpt2WritesWhatTheReferenceDoes() throws {
        let decoder = try GPT2.decoder(folder: Fixtures.path("gpt2"))
        let reference = try Self.reference("gpt2")
        let end = Int32(try JSONObject.read(Fixtures.path("gpt2/config.json")).integer("eos_token_id", in: 0...65_536))
        let prompts = try reference.readRows("input_ids") { Int32($0) }
        for (prompt, expected) in zip(prompts, try reference.readRows("generated") { Int32($0) }) {
            #expect(Array(expected.prefix(prompt.count)) == prompt)
            let found = greedy(decoder, prompt, memory: nil, end: end, limit: expected.count - prompt.count)
            check(found, expected.dropFirst(prompt.count), end: end)
        }
    }

    /// Four beams, a length penalty of 1 and at most 10 tokens.
    @Test func t5WritesWhatTheReferenceDoes() throws {
        let t5 = try Self.t5(Self.t5Cases[0])
        let (beams, limit) = (4, 10)
        for (row, expected) in try t5.reference.readRows("generated.beams4", as: { Int32($0) }).enumerated() {
            #expect(expected[0] == t5.configuration.startToken)
            var cache = t5.model.decoder.makeCache(memory: t5.memory.rows(row..<row + 1), valid: [t5.mask[row]])
            let logits = t5.model.decoder.nextLogits(after: [[t5.configuration.startToken]], cache: &cache)
            let found = t5.model.decoder.generate(
                from: logits, cache: &cache,
                search: LengthPenalizedBeamSearch(
                    count: beams, .init(endTokens: [t5.configuration.endToken], limit: limit)),
                limit: limit)
            check(found[0], expected.dropFirst(), end: t5.configuration.endToken)
        }
    }

    /// Greedily, and never the end token.
    @Test(arguments: t5Cases.dropFirst())
    func chronosWritesWhatTheReferenceDoes(_ test: Case) throws {
        let t5 = try Self.t5(test)
        let expected = try t5.reference.readRows(test.prefix + "greedy_ids") { Int32($0) }[0]
        let found = greedy(
            t5.model.decoder, [t5.configuration.startToken], memory: t5.memory, valid: t5.mask,
            end: t5.configuration.endToken,
            filters: [SuppressedTokens([t5.configuration.endToken])], limit: expected.count - 1)
        check(found, expected.dropFirst(), end: t5.configuration.endToken)
    }

    private func greedy(
        _ decoder: TokenDecoder, _ prompt: [Int32], memory: Tensor?, valid: [[Bool]]? = nil, end: Int32,
        filters: [any LogitFilter] = [], limit: Int
    ) -> FoundSequence {
        var cache = decoder.makeCache(memory: memory, valid: valid)
        let logits = decoder.nextLogits(after: [prompt], cache: &cache)
        return decoder.generate(
            from: logits, cache: &cache, search: Sampling(count: 1, endTokens: [end], random: RandomGenerator(seed: 0)),
            filters: filters, limit: limit)[0]
    }

    private func check(_ found: FoundSequence, _ expected: ArraySlice<Int32>, end: Int32) {
        #expect(found.tokens == Array(expected.prefix(found.tokens.count)))
        #expect(expected.count == found.tokens.count || expected.dropFirst(found.tokens.count).first == end)
    }
}
