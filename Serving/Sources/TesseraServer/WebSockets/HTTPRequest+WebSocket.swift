internal import Foundation
internal import HTTPTypes

extension HTTPRequest {
    /// Whether it asks for a WebSocket, in the one version that there is (RFC 6455, 4.2.1).
    var isWebSocketHandshake: Bool {
        method == .get && headerFields.tokens(.connection).contains("upgrade")
            && headerFields.tokens(.upgrade).contains("websocket") && headerFields[.secWebSocketVersion] == "13"
            && headerFields[.secWebSocketKey].flatMap { Data(base64Encoded: $0) }?.count == 16
    }

    /// The protocols that the client would speak, in the order it prefers them, as it writes them.
    var webSocketProtocols: [String] {
        headerFields[values: .secWebSocketProtocol].flatMap { $0.split(separator: ",") }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    /// Whether a page of another place asks: a browser lets it do so, and says where the page is from.
    var isOfAnotherOrigin: Bool {
        guard let origin = headerFields[.origin] else { return false }
        return origin.split(separator: "/", maxSplits: 2).last?.lowercased() != authority?.lowercased()
    }
}

extension HTTPFields {
    /// The elements of a list such as `keep-alive, Upgrade`, in lower case.
    fileprivate func tokens(_ name: HTTPField.Name) -> [String] {
        self[values: name].flatMap { $0.split(separator: ",") }.map {
            $0.trimmingCharacters(in: .whitespaces).lowercased()
        }
    }
}
