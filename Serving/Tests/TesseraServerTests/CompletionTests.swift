import Foundation
import HummingbirdTesting
import TesseraLanguage
import TesseraServer
import TesseraText
import TesseraTransformer
import Testing

private let prompts = ["The lighthouse", "In the harbour"]

private func completions(_ texts: [String], temperature: Float) throws -> [TextCompletion] {
    let completer = try TextCompleter(folder: fixture("text-llama"))
    var settings = completer.settings
    (settings.beamCount, settings.maximumNewTokens, settings.maximumLength) = (1, 12, nil)
    (settings.isSampling, settings.seed) = (temperature > 0, 7)
    (settings.sampling.temperature, settings.sampling.topK) = (temperature, nil)
    return try completer.complete(texts, settings: settings)
}

private func choices(_ response: TestResponse) throws -> [[String: Any]] {
    try #require(try response.object["choices"] as? [[String: Any]])
}

struct CompletionTests {
    @Test(arguments: [0, 0.8])
    func completionsAreTheLibrarys(temperature: Float) async throws {
        let response = try await withServer {
            try await $0.post(
                "/v1/completions",
                json: """
                    {"prompt": ["\(prompts[0])", "\(prompts[1])"], "max_tokens": 12, "seed": 7, "logprobs": 1, \
                    "temperature": \(temperature)}
                    """)
        }
        let expected = try completions(prompts, temperature: temperature)
        #expect(try choices(response).count == 2)
        for (choice, expected) in zip(try choices(response), expected) {
            #expect(choice["text"] as? String == expected.output)
            #expect(choice["finish_reason"] as? String == expected.finish.rawValue)
            let logprobs = try #require(choice["logprobs"] as? [String: Any])
            let values = try #require(logprobs["token_logprobs"] as? [Double])
            #expect(values.map { Float($0) } == expected.logProbabilities)
            #expect((logprobs["tokens"] as? [String])?.count == expected.tokens.count)
        }
        let usage = try #require(try response.object["usage"] as? [String: Int])
        #expect(usage["completion_tokens"] == expected.map(\.tokens.count).reduce(0, +))
    }

    @Test func whatIsStreamedIsTheTextInPieces() async throws {
        let response = try await withServer {
            try await $0.post(
                "/v1/completions",
                json: """
                    {"prompt": "\(prompts[0])", "max_tokens": 12, "temperature": 0, "stream": true, \
                    "stream_options": {"include_usage": true}}
                    """)
        }
        let lines = response.text.split(separator: "\n\n").map { String($0.dropFirst(6)) }
        #expect(lines.last == "[DONE]")
        let events = try lines.dropLast().map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let texts = events.compactMap { ($0["choices"] as? [[String: Any]])?.first?["text"] as? String }
        let expected = try completions([prompts[0]], temperature: 0)[0]
        #expect(texts.joined() == expected.output)
        #expect((events.last?["usage"] as? [String: Int])?["completion_tokens"] == expected.tokens.count)
    }

    @Test(arguments: ["\"Hello\"", "[{\"type\": \"text\", \"text\": \"Hello\"}]"])
    func conversationsGoOn(content: String) async throws {
        let response = try await withServer {
            try await $0.post(
                "/v1/chat/completions",
                json: """
                    {"messages": [{"role": "user", "content": \(content)}], "max_completion_tokens": 9, "temperature": 0, \
                    "logprobs": true}
                    """)
        }
        let completer = try TextCompleter(folder: fixture("text-llama"))
        var settings = completer.settings
        (settings.beamCount, settings.maximumNewTokens, settings.maximumLength) = (1, 9, nil)
        (settings.isSampling, settings.sampling) = (false, .greedy)
        let prompt = try completer.prompt([ChatMessage(role: "user", content: "Hello")])
        let expected = try completer.complete([prompt], settings: settings)[0]
        let choice = try choices(response)[0]
        #expect((choice["message"] as? [String: Any])?["content"] as? String == expected.output)
        let logprobs = (choice["logprobs"] as? [String: Any])?["content"] as? [[String: Any]]
        #expect(logprobs?.compactMap { ($0["logprob"] as? Double).map { Float($0) } } == expected.logProbabilities)
    }

    /// What a model lacks is said by its name, and not by its place.
    @Test func aModelWithoutATemplateIsNamed() async throws {
        let response = try await withServer {
            try await $0.post(
                "/v1/chat/completions",
                json:
                    "{\"model\": \"text-gpt2-generation\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"
            )
        }
        #expect(response.status == .badRequest)
        #expect(
            try response.error("message")
                == "text-gpt2-generation: has no chat_template to make a prompt of messages")
    }
}
