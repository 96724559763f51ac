import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TesseraServer
import Testing

/// The page and all that it loads is there, of this server alone.
struct PageTests {
    private func file(_ path: String) async throws -> TestResponse {
        let router = Router()
        TesseraServer(try shippedModels.get()).addPage(to: router)
        return try await Application(router: router).test(.ahc(.http)) { try await $0.execute(uri: path, method: .get) }
    }

    @Test func everythingItNamesIsThere() async throws {
        var (open, seen) = (["/"], Set<String>())
        while let path = open.popLast() {
            guard seen.insert(path).inserted else { continue }
            let response = try await file(path)
            #expect(response.status == .ok, "\(path)")
            #expect(
                response.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; script-src 'self'") ?? false)
            #expect(!response.text.contains("http://") || response.text.contains("http://www.w3.org/"), "\(path)")
            let names = response.text.matches(of: /["'](?:\.\/)?([a-z\-]+\.(?:js|css))["']/).map { "/" + $0.output.1 }
            open += names
        }
        #expect(seen.count > 20)
        let folder = repositoryPath("Serving/Sources/TesseraServer/Resources/Page")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == seen.count)
    }
}
