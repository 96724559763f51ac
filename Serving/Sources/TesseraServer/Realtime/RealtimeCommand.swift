internal import Foundation

/// What a client asks of a session, in the order it came.
enum RealtimeCommand: Sendable {
    case update(RealtimeUpdate, isOlder: Bool, RealtimeCause)
    case sound(Data)
    case commit(RealtimeCause)
    case clear
    /// An event that is wrong.
    case refusal(APIError, RealtimeCause)
    /// The session has lasted as long as it may.
    case expiry

    var cause: RealtimeCause {
        switch self {
        case .update(_, _, let cause), .commit(let cause), .refusal(_, let cause): cause
        case .sound, .clear, .expiry: RealtimeCause()
        }
    }

    var isExpiry: Bool { if case .expiry = self { true } else { false } }
}

extension [RealtimeCommand] {
    /// The same, with sound that follows sound in one.
    var joined: [RealtimeCommand] {
        reduce(into: []) { commands, command in
            if case .sound(let more) = command, case .sound(let data) = commands.last {
                commands[commands.count - 1] = .sound(data + more)
            } else {
                commands.append(command)
            }
        }
    }
}

/// The event that something came of, for errors to name.
struct RealtimeCause: Sendable {
    /// What the client calls it.
    var eventID: String?
}

/// An event of a client, as OpenAI has them.
struct RealtimeClientEvent: Decodable {
    let type: String
    let eventId: String?
    let audio: String?
    let session: RealtimeUpdate?

    private struct Identity: Decodable { let eventId: String? }

    /// What the text of an event asks.
    static func command(_ text: Data) -> RealtimeCommand {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(RealtimeClientEvent.self, from: text).command
        } catch {
            let identity = try? decoder.decode(Identity.self, from: text)
            return .refusal(APIError(event: error), RealtimeCause(eventID: identity?.eventId))
        }
    }

    private var command: RealtimeCommand {
        get throws(APIError) {
            let cause = RealtimeCause(eventID: eventId)
            switch type {
            case "session.update", "transcription_session.update":
                guard let session else { throw .invalid("'session' is missing.", "session") }
                return .update(session, isOlder: type != "session.update", cause)
            case "input_audio_buffer.append": return .sound(try sound)
            case "input_audio_buffer.commit": return .commit(cause)
            case "input_audio_buffer.clear": return .clear
            default: throw .invalid("'type' is '\(type.prefix(80))', which is no event of a transcription.", "type")
            }
        }
    }

    private var sound: Data {
        get throws(APIError) {
            guard let audio, let data = Data(base64Encoded: audio) else {
                throw .invalid("'audio' must be sound in base64.", "audio", code: "invalid_value")
            }
            return data
        }
    }
}

extension APIError {
    /// What a client is told of an event that cannot be read.
    fileprivate init(event error: any Error) {
        self =
            (error as? APIError) ?? (error as? DecodingError).map(APIError.init) ?? .invalid("The event is not JSON.")
    }
}
