import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Which token looks at which, against transformers' `output_attentions`.
@Suite struct TokenAttentionTests {
    private static let folder = Fixtures.ownPath("text-attentions")
    private static let cases: [String] = (try? expected().map { try $0.string("folder") }) ?? []

    private static func expected() throws -> [JSONObject] {
        try JSONObject.read(folder + "/expected.json").objects("cases")
    }

    /// Every head within 1e-5, of a number from 0 to 1.
    @Test(arguments: cases)
    func headsEqualTheReference(name: String) throws {
        let expected = try #require(try Self.expected().first { try $0.string("folder") == name })
        let attention = try Self.attention(expected)
        let reference = try Safetensors(Self.folder + "/reference.safetensors").readTensor(name)
        #expect(attention.layers.count == reference.shape[0])
        for (layer, found) in attention.layers.enumerated() {
            let wanted = reference.rows(layer..<layer + 1)
            #expect([1] + found.shape == wanted.shape)
            for (found, wanted) in zip(found.values, wanted.values) { #expect(abs(found - wanted) <= 1e-5) }
        }
    }

    private static func attention(_ expected: JSONObject) throws -> TokenAttention {
        let (name, text) = (try expected.string("folder"), try expected.string("text"))
        let written = try #require(try expected.numbers("written")).map(Int32.init)
        guard !written.isEmpty else {
            return try SentenceEmbedder(folder: Fixtures.ownPath(name)).attention(of: text, pair: nil, tokenLimit: nil)
        }
        let translator = try Translator(folder: Fixtures.ownPath(name))
        var settings = translator.settings
        (settings.beamCount, settings.maximumNewTokens) = (1, 12)
        let result = try translator.translate([text], settings: settings)[0]
        #expect(result.tokens == written)
        return try translator.attention(of: result, reading: text)
    }

    @Test func thereAreCases() { #expect(Self.cases.count >= 5) }

    /// What a token takes sums to 1, in every view; a rollout of one layer is half its mean and half the token itself.
    @Test(arguments: cases)
    func viewsAreSharesOfOne(name: String) throws {
        let attention = try Self.attention(#require(try Self.expected().first { try $0.string("folder") == name }))
        let kinds: [AttentionKind] = [
            .allLayers, .head(layer: 0, head: 0), .head(layer: 1, head: attention.headCount - 1),
        ]
        for kind in kinds {
            let weights = attention.weights(kind)
            #expect(weights.count == attention.queries.count * attention.keys.count)
            for row in attention.queries.indices {
                let taken = weights[row * attention.keys.count..<(row + 1) * attention.keys.count].reduce(0, +)
                #expect(abs(taken - 1) <= 1e-5)
            }
        }
        let layer = attention.layers[1]
        let count = attention.queries.count * attention.keys.count
        #expect(
            attention.weights(.head(layer: 1, head: 1)).elementsEqual(layer.values[count..<2 * count]))
    }

    /// Tokens are named by what they stand for in their text, special ones by the vocabulary.
    @Test func tokensHaveTheirTexts() throws {
        let embedder = try SentenceEmbedder(folder: Fixtures.ownPath("text-bert-classification"))
        let attention = try embedder.attention(of: "The KEEPER 😀", pair: "slowly", tokenLimit: nil)
        #expect(attention.queries == attention.keys && attention.queries.first == "[CLS]")
        #expect(attention.queries.filter { $0 == "[SEP]" }.count == 2)
        #expect(attention.queries.filter { !$0.hasPrefix("[") }.joined() == "TheKEEPER😀slowly")
        let translated = try Self.attention(try Self.expected()[2])
        #expect(translated.isCrossAttention && translated.keys.allSatisfy { !$0.contains("▁") })
    }
}

/// What all layers together take from tokens.
@Suite struct AttentionKindTests {
    /// Two layers of two heads and two tokens, worked out by hand (Abnar & Zuidema, 2020).
    @Test func rolloutMultipliesLayers() {
        let first = Tensor(shape: [2, 2, 2], [1, 0, 0, 1, 0, 1, 1, 0])
        let second = Tensor(shape: [2, 2, 2], [1, 0, 1, 0, 1, 0, 1, 0])
        // Means with residuals: [[.75, .25], [.25, .75]], then [[1, 0], [.5, .5]].
        let rollout = AttentionKind.allLayers.weights(of: [first, second], isWithinSequence: true)
        #expect(rollout == [0.75, 0.25, 0.5, 0.5])
        let mean = AttentionKind.allLayers.weights(of: [first, second], isWithinSequence: false)
        #expect(mean == [0.75, 0.25, 0.75, 0.25])
    }
}
