import Foundation
import LoopbackHub
import Testing

/// Which hosts are spoken to, with what token, and through which proxy.
@Suite struct HostTests {
    private let model = smallModel(weights: 10_000)

    @Test func tokenStaysWithTheHub() throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        #expect(
            try Workplace().fetch(["owner/model"], hub: hub.endpoint, environment: ["HF_TOKEN": " hf_secret\n"]).code
                == 0)
        for request in hub.requests {
            #expect(request["authorization"] == (request.isToOtherHost ? nil : "Bearer hf_secret"))
        }
        #expect(hub.requests.contains { $0.isToOtherHost })
    }

    /// `hf auth login` leaves a file.
    @Test(arguments: ["token", "elsewhere"]) func tokenFile(name: String) throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        try "hf_filed\n".write(toFile: "\(place.path)/\(name)", atomically: true, encoding: .utf8)
        let environment = name == "token" ? [:] : ["HF_TOKEN_PATH": "\(place.path)/\(name)"]
        #expect(try place.fetch(["owner/model"], hub: hub.endpoint, environment: environment).code == 0)
        #expect(hub.requests.first?["authorization"] == "Bearer hf_filed")
    }

    @Test func tokenThatIsNone() throws {
        let outcome = try Workplace().fetch(
            ["owner/model"], hub: "http://127.0.0.1:1", environment: ["HF_TOKEN": "hf_a\r\nX-Evil: 1"])
        #expect(outcome.code == 64 && outcome.isOneLineOfError && !outcome.errors.contains("hf_a"), "\(outcome)")
    }

    /// A repository that was renamed.
    @Test func redirectWithinTheHub() throws {
        let hub = try LoopbackHub([model]) { request, _ in
            guard request.path.contains("owner/old") else { return nil }
            let place = request.path.replacingOccurrences(of: "owner/old", with: "owner/model")
            return Answer(307, [("Location", place + "?blobs=true")])
        }
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/old"], hub: hub.endpoint, environment: ["HF_TOKEN": "hf_secret"])
        #expect(outcome.code == 0 && outcome.output.contains("models--owner--old"), "\(outcome)")
        #expect(hub.requests.allSatisfy { $0.isToOtherHost || $0["authorization"] != nil })
    }

    @Test(arguments: ["/api/models/owner/model/revision/main", "", "ftp://127.0.0.1/x", "http://"])
    func redirectToNowhere(location: String) throws {
        let hub = try LoopbackHub([model]) { _, _ in Answer(302, [("Location", location)]) }
        defer { hub.close() }
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect([65, 69].contains(outcome.code) && outcome.isOneLineOfError, "\(outcome)")
    }

    private static let fixtures =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Fixtures/"

    @Test func encryption() throws {
        let certificate = HostTests.fixtures + "certificate.pem"
        let hub = try LoopbackHub([model], certificate: (certificate, HostTests.fixtures + "key.pem"))
        defer { hub.close() }
        let refused = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect(
            refused.code == 69 && refused.isOneLineOfError && refused.errors.contains("SSL_CERT_FILE"), "\(refused)")
        let trusted = try Workplace().fetch(
            ["owner/model"], hub: hub.endpoint, environment: ["SSL_CERT_FILE": certificate])
        #expect(trusted.code == 0, "\(trusted)")
    }

    /// From an encrypted hub nothing leads to a host without encryption.
    @Test func lostEncryption() throws {
        let plain = try LoopbackHub([model])
        let certificate = HostTests.fixtures + "certificate.pem"
        let hub = try LoopbackHub([model], certificate: (certificate, HostTests.fixtures + "key.pem")) { _, _ in
            Answer(302, [("Location", plain.endpoint + "/api/models/owner/model/revision/main")])
        }
        defer { hub.close() }
        defer { plain.close() }
        let outcome = try Workplace().fetch(
            ["owner/model"], hub: hub.endpoint, environment: ["SSL_CERT_FILE": certificate])
        #expect(
            outcome.code == 69 && outcome.errors.contains("without encryption") && plain.requests.isEmpty, "\(outcome)")
    }

    /// What a hub is asked goes through the proxy, encrypted or not, with the proxy's password.
    @Test(arguments: ["HTTP_PROXY", "https_proxy", "ALL_PROXY"]) func proxy(variable: String) throws {
        let proxy = try LoopbackProxy()
        let certificate = HostTests.fixtures + "certificate.pem"
        let files = (certificate, HostTests.fixtures + "key.pem")
        let hub = try LoopbackHub([model], certificate: variable == "HTTP_PROXY" ? nil : files)
        defer { hub.close() }
        defer { proxy.close() }
        let address = "http://user:p%40ss@\(proxy.address)"
        let environment = [variable: address, "NO_PROXY": "", "SSL_CERT_FILE": certificate]
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint, environment: environment)
        #expect(outcome.code == 0 && !proxy.heads.isEmpty, "\(outcome)")
        let password = Data("user:p@ss".utf8).base64EncodedString()
        for head in proxy.heads {
            #expect(head.hasPrefix("CONNECT 127.0.0.1:") && head.contains("Basic \(password)"), "\(head)")
        }
    }

    @Test(arguments: ["*", "127.0.0.1", "a.example, .0.0.1"]) func noProxy(exceptions: String) throws {
        let proxy = try LoopbackProxy()
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        defer { proxy.close() }
        let environment = ["HTTP_PROXY": "http://\(proxy.address)", "NO_PROXY": exceptions]
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint, environment: environment)
        #expect(outcome.code == 0 && proxy.heads.isEmpty, "\(outcome)")
    }
}
