internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import TesseraSpeech

/// `GET /v1/realtime?intent=transcription`: a WebSocket with OpenAI's realtime events for sessions of transcription.
struct RealtimeRoute: Sendable {
    let models: ServedModels
    /// How sound is transcribed where a session does not say it.
    let usual: TranscriptionOptions
    /// Whether pages of other places may connect: not where nothing but the browser keeps them out.
    let admitsOtherOrigins: Bool

    func answer(_ request: Request, _ scheduler: Scheduler) throws -> Response {
        try check(request)
        var settings = RealtimeSettings()
        settings.model = request.uri.queryParameters["model"].map(String.init)
        let admitted = try scheduler.admit()
        let expiry = Int(Date().timeIntervalSince1970 + admitted.limits.timeout)
        let events = RealtimeEvents(isOlder: request.head.wantsOlderEvents, expiry: expiry)
        let (models, usual, opening) = (models, usual, settings)
        let session = { @Sendable () throws in try RealtimeSession(models, usual, opening, events) }
        // What cannot be is said before the connection becomes a WebSocket.
        _ = try session()
        let conversation = RealtimeConversation(admitted, session)
        let body = request.body
        let protocols = request.head.webSocketProtocols.contains("realtime") ? "realtime" : nil
        return Response(
            status: .switchingProtocols, headers: protocols.map { [.secWebSocketProtocol: $0] } ?? [:],
            body: ResponseBody { try await conversation.run(body, &$0) })
    }

    private func check(_ request: Request) throws(APIError) {
        guard request.head.isWebSocketHandshake else {
            throw APIError(
                status: .upgradeRequired, message: "\(request.uri.path) is a WebSocket.",
                headers: [.upgrade: "websocket", .secWebSocketVersion: "13"])
        }
        guard admitsOtherOrigins || !request.head.isOfAnotherOrigin else {
            throw APIError(
                status: .forbidden, message: "Pages of other places may not connect where no API key is asked for.")
        }
        guard request.uri.queryParameters["intent"] == "transcription" else {
            throw .invalid("'intent' must be transcription: there are no other sessions here.", "intent")
        }
    }
}

extension HTTPRequest {
    /// Whether the client knows the events that came first.
    fileprivate var wantsOlderEvents: Bool {
        headerFields[values: HTTPField.Name("OpenAI-Beta")!].contains { $0.contains("realtime=v1") }
            || webSocketProtocols.contains("openai-beta.realtime-v1")
    }
}
