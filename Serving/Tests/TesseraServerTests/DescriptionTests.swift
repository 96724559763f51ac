import Foundation
import HTTPTypes
import HummingbirdTesting
import TesseraFiles
import TesseraServer
import Testing

/// What `/openapi.json` describes is there, and refuses what it does not describe.
struct DescriptionTests {
    private func paths(_ models: ServedModels? = nil) async throws -> [String: [String: Any]] {
        let response = try await withServer(models: models) { try await $0.execute(uri: "/openapi.json", method: .get) }
        return try #require(try response.object["paths"] as? [String: [String: Any]])
    }

    @Test func everyRouteIsThere() async throws {
        let paths = try await paths()
        #expect(paths.count == 16)
        for (path, operations) in paths {
            let uri = path.replacing("{id}", with: "sentiment")
            let isRead = operations["get"] != nil
            let (right, wrong) = try await withServer { client in
                (
                    try await client.execute(uri: uri, method: isRead ? .get : .post),
                    try await client.execute(uri: uri, method: isRead ? .post : .get)
                )
            }
            #expect(right.status == (isRead ? .ok : .badRequest), "\(path)")
            #expect(wrong.status == .methodNotAllowed, "\(path)")
            #expect(wrong.headers[.allow] == (isRead ? "GET, HEAD" : "POST"))
        }
    }

    @Test func routesWithoutAModelAreNotThere() async throws {
        var models = ServedModels()
        try models.load(ModelFolder(fixture("yolos-detection")), for: .detectObjects)
        let paths = try await paths(models).keys.filter { $0.contains("models") == false }
        #expect(paths == ["/v1/images/detections"])
    }

    @Test func limitsAreTheServers() async throws {
        var limits = ServerLimits()
        (limits.textCount, limits.horizon) = (7, 9)
        let response = try await withServer(limits) { try await $0.execute(uri: "/openapi.json", method: .get) }
        #expect(response.text.contains("\"maxItems\":7"))
        #expect(response.text.contains("\"maximum\":9,"))
    }
}
