import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TesseraServer
import Testing

private let recording = repositoryPath("Samples/recordings/two-phrases.flac")

struct AdmissionTests {
    @Test(arguments: [
        (nil, false), ("Bearer secret", true), ("Bearer other", true), ("Bearer secre", false),
        ("Bearer secret2", false),
        ("secret", false), ("Bearer ", false), ("Basic secret", false),
    ])
    func onlyThoseWithAKeyAreLetIn(header: String?, isLetIn: Bool) async throws {
        let headers: HTTPFields = header.map { [.authorization: $0] } ?? [:]
        let (models, health) = try await withServer(keys: ["secret", "other"]) { client in
            (
                try await client.execute(uri: "/v1/models", method: .get, headers: headers),
                try await client.execute(uri: "/health", method: .get)
            )
        }
        #expect(models.status == (isLetIn ? .ok : .unauthorized))
        #expect(health.status == .ok)
        if !isLetIn { #expect(try models.error("code") == "invalid_api_key") }
    }

    @Test func aFullQueueIsSaidAtOnce() async throws {
        var limits = ServerLimits()
        limits.queueLength = 1
        let form = TestForm([("file", "@" + recording)])
        let responses = try await withServer(limits) { client in
            try await withThrowingTaskGroup(of: TestResponse.self) { group in
                for _ in 0..<8 { group.addTask { try await client.post("/v1/audio/transcriptions", form) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        let refused = responses.filter { $0.status == .tooManyRequests }
        #expect(!refused.isEmpty)
        #expect(responses.count { $0.status == .ok } == responses.count - refused.count)
        #expect(refused.allSatisfy { $0.headers[.retryAfter] == "1" })
    }

    @Test func whatIsTooLargeIsRefused() async throws {
        var limits = ServerLimits()
        (limits.bodyByteCount, limits.textByteCount, limits.duration) = (100_000, 1000, 1)
        let (body, text, duration) = try await withServer(limits) { client in
            (
                try await client.execute(
                    uri: "/v1/images/classifications", method: .post, body: ByteBuffer(repeating: 1, count: 200_000)),
                try await client.post(
                    "/v1/embeddings", json: "{\"input\": \"\(String(repeating: "a", count: 2000))\"}"),
                try await client.post("/v1/audio/transcriptions", TestForm([("file", "@" + recording)]))
            )
        }
        #expect([body, text, duration].map(\.status) == [.contentTooLarge, .contentTooLarge, .contentTooLarge])
    }

    @Test func aRequestThatTakesTooLongIsGivenUp() async throws {
        var limits = ServerLimits()
        limits.timeout = 0
        let response = try await withServer(limits) {
            try await $0.post("/v1/audio/transcriptions", TestForm([("file", "@" + recording)]))
        }
        #expect(response.status == .gatewayTimeout)
    }

    @Test(arguments: ["/nothing", "/v1/nothing", "/v1/models/nothing"])
    func unknownPathsAreSaidInTheSameShape(path: String) async throws {
        let response = try await withServer { try await $0.execute(uri: path, method: .get) }
        #expect(response.status == .notFound)
        #expect(try response.error("type") == "invalid_request_error")
    }

    @Test func whatHappensIsCounted() async throws {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a.b", dimensions: [("c", "d\"e")]).increment(by: 2)
        metrics.makeTimer(label: "t", dimensions: []).recordNanoseconds(20_000_000)
        let response = try await withServer(metrics: metrics) { try await $0.execute(uri: "/metrics", method: .get) }
        #expect(response.text.contains("# TYPE a_b_total counter\na_b_total{c=\"d\\\"e\"} 2\n"))
        #expect(response.text.contains("t_seconds_bucket{le=\"0.01\"} 0\n"))
        #expect(response.text.contains("t_seconds_bucket{le=\"0.025\"} 1\n"))
        #expect(response.text.contains("t_seconds_count 1\n"))
    }
}
