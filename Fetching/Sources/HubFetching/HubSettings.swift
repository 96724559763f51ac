internal import Foundation
internal import TesseraFiles

/// Where the hub is, and how it is asked: what the environment says, as huggingface_hub reads it.
public struct HubSettings: Sendable {
    /// `HF_ENDPOINT`, without a slash at the end.
    public let endpoint: String
    /// `HF_TOKEN`, or what the file of `hf auth login` holds; nil where there is none.
    public let token: String?
    /// The cache's folder: `HF_HUB_CACHE`, `HF_HOME` and so on.
    public let cache: String?
    /// For how long nothing may come before a connection counts as broken: `HF_HUB_DOWNLOAD_TIMEOUT`.
    let timeout: Duration
    /// `SSL_CERT_FILE`: certificates to trust instead of the system's.
    let certificates: String?
    let proxies: ProxySettings

    /// - Parameter environment: the variables.
    /// - Throws: `FetchError` of kind `usage` when one of them cannot be used.
    public init(environment: [String: String]) throws(FetchError) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        for name in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"] where isYes(environment[name]) {
            throw FetchError(.unavailable, name, "is set, so that nothing is fetched: unset it")
        }
        var endpoint = variable("HF_ENDPOINT") ?? "https://huggingface.co"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        guard Origin(endpoint) != nil else {
            throw FetchError(
                .usage, "HF_ENDPOINT", "is \(endpoint.quotedInMessage), and no address such as https://huggingface.co")
        }
        self.endpoint = endpoint
        cache = HubCache(environment: environment).path
        token = try HubSettings.token(variable)
        timeout = .seconds(variable("HF_HUB_DOWNLOAD_TIMEOUT").flatMap { Int($0) }.map { max(1, min($0, 3600)) } ?? 30)
        certificates = variable("SSL_CERT_FILE")
        proxies = ProxySettings(environment: environment)
    }

    private static func token(_ variable: (String) -> String?) throws(FetchError) -> String? {
        if let token = (variable("HF_TOKEN") ?? variable("HUGGING_FACE_HUB_TOKEN")).flatMap(cleaned) {
            return try checked(token, "HF_TOKEN")
        }
        if isYes(variable("HF_HUB_DISABLE_IMPLICIT_TOKEN")) { return nil }
        let home =
            variable("HF_HOME") ?? variable("XDG_CACHE_HOME").map { $0 + "/huggingface" }
            ?? variable("HOME").map { $0 + "/.cache/huggingface" }
        guard var path = variable("HF_TOKEN_PATH") ?? home.map({ $0 + "/token" }) else { return nil }
        if path.hasPrefix("~/"), let home = variable("HOME") { path = home + path.dropFirst() }
        // Who is not logged in has no such file.
        guard let bytes = try? InputFile(path).contents(limit: 1 << 16) else { return nil }
        return try cleaned(String(decoding: bytes, as: UTF8.self)).map { token throws(FetchError) in
            try checked(token, path)
        }
    }

    private static func cleaned(_ text: String) -> String? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }

    /// What cannot stand in a header is no token, and is not shown.
    private static func checked(_ token: String, _ place: String) throws(FetchError) -> String {
        guard token.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            throw FetchError(.usage, place, "holds no token: it has blanks or characters beyond ASCII")
        }
        return token
    }
}

private func isYes(_ text: String?) -> Bool { ["1", "ON", "YES", "TRUE"].contains(text?.uppercased()) }

extension String {
    /// The text in quotation marks, as messages show what may be anything.
    var quotedInMessage: String { "'" + prefix(200) + "'" }
}
