internal import Foundation

/// The events that a session tells its client, in the older or the newer form of OpenAI's.
struct RealtimeEvents {
    /// Whether they are as `OpenAI-Beta: realtime=v1` has them.
    var isOlder: Bool
    private let sessionID = identifier("sess")
    private let expiry: Int

    /// - Parameter expiry: when the session ends, in seconds since 1970.
    init(isOlder: Bool, expiry: Int) { (self.isOlder, self.expiry) = (isOlder, expiry) }

    /// A name that nothing else has.
    static func identifier(_ prefix: String) -> String {
        "\(prefix)_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    }

    /// An event as it is sent.
    private func event(_ type: String, _ members: [String: Any]) -> Data {
        let all = members.merging(["type": type, "event_id": Self.identifier("event")]) { $1 }
        let data = try? JSONSerialization.data(withJSONObject: all, options: [.sortedKeys, .withoutEscapingSlashes])
        guard let data else { preconditionFailure("events are JSON") }
        return data
    }

    /// - Parameter state: `created` or `updated`.
    func session(_ state: String, _ settings: RealtimeSettings, model: String) -> Data {
        var session: [String: Any] = [
            "id": sessionID, "object": "realtime.transcription_session", "expires_at": expiry, "include": NSNull(),
        ]
        session.merge(isOlder ? settings.olderMembers(model) : settings.newerMembers(model)) { $1 }
        return event(isOlder ? "transcription_session.\(state)" : "session.\(state)", ["session": session])
    }

    func speechStarted(_ item: String, at milliseconds: Int) -> Data {
        event("input_audio_buffer.speech_started", ["item_id": item, "audio_start_ms": milliseconds])
    }

    func speechStopped(_ item: String, at milliseconds: Int) -> Data {
        event("input_audio_buffer.speech_stopped", ["item_id": item, "audio_end_ms": milliseconds])
    }

    /// That what was heard is an item now.
    func committed(_ item: String, after previous: String?) -> [Data] {
        let place: [String: Any] = ["previous_item_id": previous ?? NSNull()]
        let message: [String: Any] = [
            "id": item, "object": "realtime.item", "type": "message", "status": "completed", "role": "user",
            "content": [["type": "input_audio", "transcript": NSNull()]],
        ]
        let names = isOlder ? ["created"] : ["added", "done"]
        return [event("input_audio_buffer.committed", place.merging(["item_id": item]) { $1 })]
            + names.map { event("conversation.item.\($0)", place.merging(["item": message]) { $1 }) }
    }

    var cleared: Data { event("input_audio_buffer.cleared", [:]) }

    func delta(_ item: String, _ text: String) -> Data {
        event("conversation.item.input_audio_transcription.delta", content(item, ["delta": text]))
    }

    func completed(_ item: String, _ text: String, seconds: Double) -> Data {
        let usage: [String: Any] = ["type": "duration", "seconds": (seconds * 1000).rounded() / 1000]
        return event(
            "conversation.item.input_audio_transcription.completed",
            content(item, ["transcript": text, "usage": usage]))
    }

    func failed(_ item: String, _ error: APIError) -> Data {
        event("conversation.item.input_audio_transcription.failed", content(item, ["error": error.members]))
    }

    private func content(_ item: String, _ members: [String: Any]) -> [String: Any] {
        members.merging(["item_id": item, "content_index": 0]) { $1 }
    }

    func error(_ error: APIError, _ cause: RealtimeCause = .init()) -> Data {
        event("error", ["error": error.members.merging(["event_id": cause.eventID ?? NSNull()]) { $1 }])
    }
}
