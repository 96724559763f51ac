import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Classifiers against transformers' text-classification pipeline.
@Suite struct TextClassifierTests {
    /// Folders whose references hold the pipeline's labels.
    static let folders = Fixtures.models(ofTypes: TextClassifier.supportedModelTypes).filter { name in
        guard let config = try? JSONObject.read(Fixtures.path(name + "/config.json")) else { return false }
        return config.architectures.contains { $0.hasSuffix("ForSequenceClassification") }
            && (try? InputFile(Fixtures.path(name + "/expected.json"))) != nil
    }

    @Test func thereAreFolders() {
        #expect(Self.folders.count >= 2)
    }

    struct Input {
        let text: String
        let pair: String?
        let labels: [(name: String, score: Float)]
    }

    private func inputs(_ name: String) throws -> [Input] {
        try JSONObject.read(Fixtures.path(name + "/expected.json")).objects("inputs").map { input in
            Input(
                text: try input.string("text"), pair: input.contains("text_pair") ? try input.string("text_pair") : nil,
                labels: try input.objects("labels").map {
                    (try $0.string("label"), Float(try $0.number("score", in: 0...1)))
                })
        }
    }

    /// Labels in their order; scores and logits within 5e-5 of the largest in float32. Rounded weights move the scores of eight random
    /// models by 0.002 to 0.06, in bfloat16 as in int8, whose matrices stay in 16 bits where they are as narrow as these.
    @Test(arguments: folders, [(Precision.float32, Float(5e-5)), (.bfloat16, 0.1), (.int8, 0.1)])
    func scoresEqualTheReference(name: String, precision: (kind: Precision, tolerance: Float)) throws {
        let inputs = try inputs(name)
        #expect(!inputs.isEmpty)
        let classifier = try TextClassifier(folder: Fixtures.path(name), precision: precision.kind)
        let results = try classifier.classify(inputs.map(\.text), pairs: inputs.map(\.pair), topK: 1000)
        let logits = try Safetensors(Fixtures.path(name + "/reference.safetensors")).readTensor("logits")
        let largest = max(1, logits.values.map(abs).max() ?? 0)
        for (row, (input, result)) in zip(inputs, results).enumerated() {
            let scores = Dictionary(uniqueKeysWithValues: result.predictions.map { ($0.label, $0.score) })
            #expect(scores.count == input.labels.count)
            if precision.kind == .float32 { #expect(result.predictions.map(\.label) == input.labels.map(\.name)) }
            for label in input.labels {
                #expect(abs((scores[label.name] ?? .infinity) - label.score) <= precision.tolerance, "\(label.name)")
            }
            for prediction in result.predictions {
                let expected = logits.values[row * input.labels.count + prediction.index]
                #expect(abs(prediction.logit - expected) <= precision.tolerance * largest * 2)
            }
        }
    }

    /// A text gets what it gets alone, to the order of sums, whatever others it is computed with.
    @Test(arguments: folders)
    func othersDoNotMatter(name: String) throws {
        let inputs = try inputs(name)
        let classifier = try TextClassifier(folder: Fixtures.path(name))
        let together = try classifier.classify(inputs.map(\.text), pairs: inputs.map(\.pair))
        for (input, expected) in zip(inputs, together) {
            let alone = try classifier.classify([input.text], pairs: [input.pair])[0]
            #expect(alone.isTruncated == expected.isTruncated)
            for (found, expected) in zip(alone.predictions, expected.predictions) {
                #expect(found.label == expected.label && abs(found.score - expected.score) <= 1e-6)
            }
        }
    }

    /// BERT's other pre-training: whether a text follows another.
    @Test(
        arguments: Fixtures.models(ofTypes: ["bert"]).filter { name in
            (try? JSONObject.read(Fixtures.path(name + "/config.json")).architectures) == [
                "BertForNextSentencePrediction"
            ]
        })
    func nextSentencesEqualTheReference(name: String) throws {
        let classifier = try TextClassifier(folder: Fixtures.path(name))
        let cases = try JSONObject.read(Fixtures.path(name + "/expected.json")).objects("cases")
        #expect(cases.count >= 3)
        let results = try classifier.classify(
            cases.map { try $0.string("sentence") }, pairs: cases.map { try $0.string("next") })
        for (object, result) in zip(cases, results) {
            let next = try #require(result.predictions.first { $0.label == "is_next" })
            #expect(abs(next.score - Float(try object.number("probability_next", in: 0...1))) <= 5e-5)
        }
    }

    @Test func longTextsAreCut() throws {
        let classifier = try TextClassifier(folder: Fixtures.ownPath("text-bert-classification"))
        #expect(classifier.tokenLimit == 64)
        let long = String(repeating: "a ", count: 100)
        let results = try classifier.classify(["a", long, long + "b"], topK: 3)
        #expect(results.map(\.isTruncated) == [false, true, true])
        #expect(results[1] == results[2])
        #expect(try classifier.classify([]).isEmpty)
    }

    /// Tokens and marks that the model has no room for are refused before they are looked up.
    @Test func tokenizersMustFitTheirModels() throws {
        let folder = TemporaryFolder()
        for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] {
            folder.write(
                name, try InputFile(Fixtures.ownPath("text-bert-classification/" + name)).contents(limit: 1 << 26))
        }
        let tokenizer = text(folder.file("tokenizer.json"))
        let added = #"{"id": 1000, "content": "<new>", "special": false}, "#
        folder.write(
            "tokenizer.json",
            tokenizer.replacing(#""added_tokens": ["#, with: #""added_tokens": ["# + added)
                .replacing(#""added_tokens":["#, with: #""added_tokens":["# + added))
        let error = #expect(throws: FileError.self) { try TextClassifier(folder: folder.path) }
        #expect(error?.place == "vocab_size", "\(String(describing: error))")
        folder.write("tokenizer.json", tokenizer)
        var types = try Safetensors(folder.file("model.safetensors")).readTensor(
            "bert.embeddings.token_type_embeddings.weight")
        types = types.rows(0..<1)
        let checkpoint = try Safetensors(folder.file("model.safetensors"))
        let tensors = try checkpoint.names.map { name in
            (name, name.hasSuffix("token_type_embeddings.weight") ? types : try checkpoint.readTensor(name))
        }
        try Safetensors.write(tensors, metadata: [], to: folder.file("model.safetensors"))
        folder.write(
            "config.json",
            text(folder.file("config.json")).replacing(#""type_vocab_size": 2"#, with: #""type_vocab_size": 1"#))
        let classifier = try TextClassifier(folder: folder.path)
        #expect(try classifier.classify(["alone"]).count == 1)
        #expect(throws: FileError.self) { try classifier.classify(["one"], pairs: ["two"]) }
    }

    @Test func modelsWithoutAHeadAreRefused() {
        let error = #expect(throws: FileError.self) { try TextClassifier(folder: Fixtures.ownPath("text-minilm")) }
        #expect(error?.cause == "has no head that classifies texts")
    }
}
