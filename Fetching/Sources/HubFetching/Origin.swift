internal import Foundation

/// Scheme, host and port of an address: what a token belongs to.
struct Origin: Equatable, Sendable {
    let scheme: String
    let host: String
    let port: Int

    /// Nil for what is no address of http or https.
    init?(_ address: String) {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), let host = url.host, !host.isEmpty,
            scheme == "https" || scheme == "http"
        else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    var isEncrypted: Bool { scheme == "https" }
}

/// The address that a `Location` means, seen from another; nil for none.
func address(_ location: String, from base: String) -> String? {
    guard let base = URL(string: base) else { return nil }
    return URL(string: location, relativeTo: base)?.absoluteString
}

/// Text as a part of an address: all but letters, digits, `-._~` and what is in `kept` as `%XX`.
func percentEncoded(_ text: String, keeping kept: String = "") -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\(kept)".utf8)
    return text.utf8.map { byte in
        if plain.contains(byte) { return String(UnicodeScalar(byte)) }
        return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}
