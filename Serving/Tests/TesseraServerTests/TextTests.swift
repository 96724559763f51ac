import Foundation
import HummingbirdTesting
import TesseraLanguage
import TesseraModels
import TesseraServer
import TesseraTensor
import Testing

private func data(_ response: TestResponse) throws -> [[String: Any]] {
    try #require(try response.object["data"] as? [[String: Any]])
}

/// Texts of several requests pass the model together, filled up to the longest, which moves the last bits of vectors of length 1.
private let tolerance: Float = 1e-6

struct TextTests {
    @Test(arguments: [["A quiet film."], ["One", "and another, which is longer than the first", "ä 漢"]])
    func embeddingsAreTheLibrarys(texts: [String]) async throws {
        let folder = try #require(ShippedModels.folder(of: .sentiment))
        let expected = try SentenceEmbedder(folder: folder).embed(texts).embeddings
        let input = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
        let (plain, packed) = try await withServer { client in
            (
                try await client.post("/v1/embeddings", json: "{\"input\": \(input)}"),
                try await client.post("/v1/embeddings", json: "{\"input\": \(input), \"encoding_format\": \"base64\"}")
            )
        }
        #expect(try data(plain).count == texts.count)
        for (row, (plain, packed)) in zip(try data(plain), try data(packed)).enumerated() {
            let values = expected.rows(row..<row + 1).values
            let listed = try #require(plain["embedding"] as? [Double])
            let text = try #require(packed["embedding"] as? String)
            let bytes = try #require(Data(base64Encoded: text))
            let unpacked = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
            #expect(listed.count == values.count && unpacked.count == values.count)
            for (value, (listed, unpacked)) in zip(values, zip(listed, unpacked)) {
                #expect(abs(Float(listed) - value) < tolerance && abs(unpacked - value) < tolerance)
            }
        }
    }

    @Test func textsAreClassifiedTaggedAndAnswered() async throws {
        let (classified, tagged, answered) = try await withServer { client in
            (
                try await client.post("/v1/text/classify", json: "{\"input\": [\"A fine film.\", \"A bad film.\"]}"),
                try await client.post("/v1/text/tag", json: "{\"input\": \"Maria lives in Paris\"}"),
                try await client.post(
                    "/v1/text/answer", json: "{\"input\": {\"question\": \"Who?\", \"context\": \"Maria did it.\"}}")
            )
        }
        let folder = try #require(ShippedModels.folder(of: .sentiment))
        let expected = try TextClassifier(folder: folder).classify(["A fine film.", "A bad film."])
        for (item, expected) in zip(try data(classified), expected) {
            let predictions = try #require(item["predictions"] as? [[String: Any]])
            let best = predictions[0]
            #expect(best["label"] as? String == expected.predictions[0].label)
            let score = try #require(best["score"] as? Double)
            #expect(Float(score) == expected.predictions[0].score)
        }
        let tags = try TextTagger(folder: fixture("text-bert-tokens")).tag(["Maria lives in Paris"])[0]
        #expect(try (data(tagged)[0]["entities"] as? [[String: Any]])?.count == tags.count)
        let answers = try QuestionAnswerer(folder: fixture("text-bert-qa")).answer([
            Question("Who?", context: "Maria did it.")
        ])[0].answers
        let found = try data(answered)[0]["answers"] as? [[String: Any]]
        #expect(found?.first?["answer"] as? String == answers[0].answer)
    }

    @Test(arguments: ["Ein Hund schläft.", "Zwei Kinder spielen am Strand."])
    func translationsAreTheLibrarys(text: String) async throws {
        let response = try await withServer {
            try await $0.post("/v1/text/translate", json: "{\"input\": \"\(text)\", \"to\": \"en\"}")
        }
        let folder = try #require(ShippedModels.folder(of: .translator))
        let expected = try Translator(folder: folder).translate([text], to: "en")[0]
        #expect(try data(response)[0]["output"] as? String == expected.text)
    }

    @Test(arguments: [
        ("/v1/embeddings", "{}", "input"), ("/v1/embeddings", "{\"input\": []}", "input"),
        ("/v1/embeddings", "{\"input\": 5}", "input"),
        ("/v1/embeddings", "{\"input\": \"a\", \"dimensions\": 3}", "dimensions"),
        ("/v1/embeddings", "{\"input\": \"a\", \"encoding_format\": \"xml\"}", "encoding_format"),
        ("/v1/text/classify", "{\"input\": \"a\", \"top_k\": 0}", "top_k"),
        ("/v1/text/classify", "{\"input\": [\"a\", \"b\"], \"pair\": \"c\"}", "pair"),
        ("/v1/text/tag", "{\"input\": \"a\", \"grouping\": \"odd\"}", "grouping"),
        ("/v1/text/answer", "{\"input\": {\"question\": \"a\"}}", "input.context"),
        ("/v1/text/translate", "{\"input\": \"Ein Hund\"}", "to"),
        ("/v1/completions", "{\"messages\": []}", "prompt"),
        ("/v1/chat/completions", "{\"prompt\": \"a\"}", "messages"),
        ("/v1/completions", "{\"prompt\": \"a\", \"best_of\": 3}", "best_of"),
        ("/v1/completions", "{\"prompt\": \"a\", \"max_tokens\": 0}", "max_tokens"),
        ("/v1/completions", "{\"prompt\": \"a\", \"temperature\": 5}", "temperature"),
        ("/v1/completions", "{\"prompt\": \"a\", \"tools\": [{}]}", "tools"),
        ("/v1/completions", "{\"prompt\": \"a\", \"stop\": \"\"}", "stop"),
    ])
    func whatIsWrongIsNamed(path: String, json: String, parameter: String) async throws {
        let response = try await withServer { try await $0.post(path, json: json) }
        #expect(response.status == .badRequest)
        #expect(try response.error("param") == parameter)
    }

    @Test(arguments: ["", "nothing", "[", "{\"input\": \"a\"", "\u{0}", String(repeating: "[", count: 5000)])
    func whatIsNoJSONIsRefused(json: String) async throws {
        let response = try await withServer { try await $0.post("/v1/embeddings", json: json) }
        #expect(response.status == .badRequest)
    }
}
