internal import Foundation

/// Through which proxy an address is reached: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters first.
struct ProxySettings: Sendable {
    private let http: String?
    private let https: String?
    private let exceptions: [String]

    init(environment: [String: String]) {
        func variable(_ name: String) -> String? {
            [name.lowercased(), name].compactMap { environment[$0] }.first.flatMap { $0.isEmpty ? nil : $0 }
        }
        let all = variable("ALL_PROXY")
        http = variable("HTTP_PROXY") ?? all
        https = variable("HTTPS_PROXY") ?? all
        exceptions = (variable("NO_PROXY") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces).lowercased()
        }
    }

    /// The address of the proxy; nil where there is none.
    func proxy(for origin: Origin) -> String? { exempts(origin) ? nil : origin.isEncrypted ? https : http }

    /// `*`, a host, a domain with all in it, or any of these with a port.
    private func exempts(_ origin: Origin) -> Bool {
        exceptions.contains { exception in
            if exception == "*" { return true }
            let bare = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
            let names = [origin.host, "\(origin.host):\(origin.port)"]
            return !bare.isEmpty && names.contains { $0 == bare || $0.hasSuffix("." + bare) }
        }
    }
}
