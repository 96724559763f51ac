import Foundation
import HummingbirdTesting
import TesseraAudio
import TesseraModels
import TesseraServer
import TesseraSpeech
import Testing

private let recordings = ["two-phrases.flac", "three-one-four.flac"].map { repositoryPath("Samples/recordings/\($0)") }

/// What the library makes of a recording.
private func transcript(_ path: String, words: Bool = false) throws -> Transcript {
    var options = TranscriptionOptions()
    if words { options.timestamps = .word }
    let folder = try #require(ShippedModels.folder(of: .speechDigits))
    return try Transcriber(folder: folder).transcribe(AudioFile(path), options)
}

private func transcribe(_ fields: [(String, String)]) async throws -> TestResponse {
    try await withServer { try await $0.post("/v1/audio/transcriptions", TestForm(fields)) }
}

struct TranscriptionTests {
    @Test(arguments: recordings, ["json", "text", "srt", "vtt"])
    func theTextIsTheLibrarys(path: String, format: String) async throws {
        let response = try await transcribe([("response_format", format), ("file", "@" + path)])
        let expected = try transcript(path)
        let text = expected.text.trimmingCharacters(in: .whitespaces)
        #expect(response.status == .ok)
        switch format {
        case "json":
            let object = try response.object
            #expect(object["text"] as? String == text)
            let usage = try #require(object["usage"] as? [String: Any])
            #expect(usage["seconds"] as? Int == Int(expected.duration.rounded(.up)))
        case "text": #expect(response.text == text + "\n")
        default:
            let subtitles = try #require(TranscriptFormat(rawValue: format))
            #expect(try response.text == expected.text(as: subtitles, name: ""))
        }
    }

    @Test(arguments: recordings, [["word"], ["segment"], ["segment", "word"], []])
    func verboseHasWhatIsAskedFor(path: String, granularities: [String]) async throws {
        let fields = granularities.map { ("timestamp_granularities[]", $0) }
        let response = try await transcribe(
            [("file", "@" + path), ("response_format", "verbose_json"), ("model", "whisper-1")] + fields)
        let object = try response.object
        let expected = try transcript(path, words: granularities.contains("word"))
        #expect(object["task"] as? String == "transcribe")
        #expect(object["language"] as? String == "english")
        #expect(object["duration"] as? Double == expected.duration)
        let segments = object["segments"] as? [[String: Any]]
        #expect(segments?.count == (granularities == ["word"] ? nil : expected.segments.count))
        for (segment, other) in zip(segments ?? [], expected.segments) {
            #expect(segment["text"] as? String == other.text)
            #expect(segment["tokens"] as? [Int] == other.tokens.map { Int($0) })
            let probability = try #require(segment["avg_logprob"] as? Double)
            #expect(abs(probability - other.averageLogProbability) < 1e-12)
        }
        let words = object["words"] as? [[String: Any]]
        let expectedWords = expected.segments.flatMap { $0.words ?? [] }
        #expect(words?.count == (granularities.contains("word") ? expectedWords.count : nil))
        for (word, other) in zip(words ?? [], expectedWords) {
            #expect(word["word"] as? String == other.word.trimmingCharacters(in: .whitespaces))
            let start = try #require(word["start"] as? Double)
            #expect(abs(start - other.start) < 0.001)
        }
    }

    @Test(arguments: recordings)
    func whatIsStreamedIsTheTextInPieces(path: String) async throws {
        let response = try await transcribe([("stream", "true"), ("file", "@" + path)])
        let events = try response.text.split(separator: "\n\n").map { line in
            let data = Data(line.dropFirst("data: ".count).utf8)
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        let text = try transcript(path).text.trimmingCharacters(in: .whitespaces)
        #expect(events.count >= 2)
        #expect(events.dropLast().allSatisfy { $0["type"] as? String == "transcript.text.delta" })
        #expect(events.dropLast().compactMap { $0["delta"] as? String }.joined() == text)
        #expect(events.last?["type"] as? String == "transcript.text.done")
        #expect(events.last?["text"] as? String == text)
    }

    @Test(arguments: [
        ("language", "zz", "language"), ("response_format", "xml", "response_format"),
        ("timestamp_granularities[]", "word", "timestamp_granularities"), ("temperature", "2", "temperature"),
        ("temperature", "nan", "temperature"), ("stream", "maybe", "stream"),
        ("chunking_strategy", "never", "chunking_strategy"),
        ("chunking_strategy", "{\"type\": \"server_vad\", \"threshold\": 2}", "chunking_strategy"),
        ("chunking_strategy", "{\"type\": \"server_vad\", \"threshold\": \"much\"}", "chunking_strategy"),
        ("chunking_strategy", "{\"type\": \"server_vad\", \"silence_duration_ms\": 5}", "chunking_strategy"),
        ("chunking_strategy", "{\"type\": \"server_vad\", \"prefix_padding_ms\": 5000}", "chunking_strategy"),
    ])
    func whatIsWrongIsNamed(field: String, value: String, parameter: String) async throws {
        let response = try await transcribe([(field, value), ("file", "@" + recordings[1])])
        #expect(response.status == .badRequest)
        #expect(try response.error("param") == parameter)
        #expect(try response.error("type") == "invalid_request_error")
    }

    @Test(arguments: [
        [("model", "nothing")], [("language", "en")], [("language", "EN")], [("chunking_strategy", "auto")],
        [("surprise", "me"), ("prompt", "")],
    ])
    func whatIsRightIsAnswered(fields: [(String, String)]) async throws {
        let response = try await transcribe([("file", "@" + recordings[1])] + fields)
        if fields[0].0 == "model" {
            #expect(response.status == .notFound)
            #expect(try response.error("code") == "model_not_found")
        } else {
            #expect(try response.object["text"] as? String == "three one four")
        }
    }

    /// Tokens are those of the text, each with its bytes and its probability.
    @Test(arguments: recordings, [false, true])
    func tokensAreToldWithTheirProbabilities(path: String, isStreamed: Bool) async throws {
        let response = try await transcribe(
            [("include[]", "logprobs"), ("stream", "\(isStreamed)"), ("file", "@" + path)])
        let last = String(response.text.split(separator: "\n\n").last ?? "")
        let data = Data((isStreamed ? String(last.dropFirst("data: ".count)) : last).utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let tokens = try #require(object["logprobs"] as? [[String: Any]])
        let text = tokens.compactMap { $0["token"] as? String }.joined()
        #expect(text.trimmingCharacters(in: .whitespaces) == object["text"] as? String)
        let bytes = tokens.flatMap { $0["bytes"] as? [Int] ?? [] }
        #expect(String(decoding: bytes.map { UInt8($0) }, as: UTF8.self) == text)
        let values = tokens.compactMap { $0["logprob"] as? Double }
        #expect(values.count == tokens.count && values.allSatisfy { $0 <= 0 && $0 > -20 } && values.contains { $0 < 0 })
        guard isStreamed else { return }
        let deltas = response.text.split(separator: "\n\n").dropLast().joined()
        #expect(deltas.matches(of: /"logprob":/).count == tokens.count)
    }

    /// Speech that must be likelier than anything is none.
    @Test func whatSpeechIsCanBeChosen() async throws {
        func text(_ members: String) async throws -> String? {
            let strategy = "{\"type\": \"server_vad\", \(members)}"
            let response = try await transcribe([("chunking_strategy", strategy), ("file", "@" + recordings[0])])
            return try response.object["text"] as? String
        }
        let usual = try await text("\"threshold\": 0.4, \"prefix_padding_ms\": 300, \"silence_duration_ms\": 400")
        #expect(usual == "two seven one eight two eight one four one four two")
        let none = try await text("\"threshold\": 1")
        #expect(none == "")
    }

    @Test func tokensGoWithJSONAlone() async throws {
        let response = try await transcribe(
            [("include[]", "logprobs"), ("response_format", "text"), ("file", "@" + recordings[1])])
        #expect(response.status == .badRequest)
        #expect(try response.error("param") == "include")
    }

    /// As SubtitleEdit, n8n and others send it: fields before or behind the file, which may have no name.
    @Test(arguments: ["@", "@@"], [true, false])
    func theOrderOfFieldsIsFree(sign: String, isFileLast: Bool) async throws {
        let file = ("file", sign + recordings[1])
        let fields = [("model", "whisper-1"), ("response_format", "text"), ("language", "")]
        let response = try await transcribe(isFileLast ? fields + [file] : [file] + fields)
        #expect(response.text == "three one four\n")
    }

    @Test func whatIsNoRecordingIsNamedAsTheClientDoes() async throws {
        let response = try await transcribe([("file", "@" + repositoryPath("README.md"))])
        #expect(response.status == .badRequest)
        let message = try response.error("message") ?? ""
        #expect(message.hasPrefix("README.md: "))
    }
}
