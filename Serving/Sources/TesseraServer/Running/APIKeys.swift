internal import HTTPTypes
internal import Hummingbird

/// The keys of which a request must bring one, as `Authorization: Bearer KEY`; a WebSocket also as a protocol
/// `openai-insecure-api-key.KEY`, for browsers let pages set no header there.
struct APIKeys: Sendable {
    private let keys: [[UInt8]]

    init(_ keys: [String]) { self.keys = keys.map { Array($0.utf8) } }

    /// Whether there are any.
    var areAskedFor: Bool { !keys.isEmpty }

    /// Whether none is needed, or the request has one. How long that takes tells nothing of the keys: every byte that was sent is
    /// compared with one of every key.
    func admit(_ request: Request) -> Bool {
        guard !keys.isEmpty else { return true }
        let sent = Array((request.head.sentKey ?? "").utf8)
        var isKnown = false
        for key in keys {
            var difference = UInt8(key.count == sent.count && !key.isEmpty ? 0 : 1)
            for (index, byte) in sent.enumerated() { difference |= byte ^ (key.isEmpty ? 0 : key[index % key.count]) }
            // Not `||`, which would skip the rest.
            isKnown = (difference == 0) || isKnown
        }
        return isKnown
    }
}

extension HTTPRequest {
    fileprivate var sentKey: String? {
        if let header = headerFields[.authorization] {
            return header.hasPrefix("Bearer ") ? String(header.dropFirst(7)) : nil
        }
        let prefix = "openai-insecure-api-key."
        guard isWebSocketHandshake else { return nil }
        return webSocketProtocols.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}

/// Refuses requests without a key.
struct KeyMiddleware<Context: RequestContext>: RouterMiddleware {
    let keys: APIKeys

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard keys.admit(request) else {
            throw APIError(
                status: .unauthorized, message: "The request brings no API key that is known here.",
                code: "invalid_api_key", headers: [.wwwAuthenticate: "Bearer"])
        }
        return try await next(request, context)
    }
}
