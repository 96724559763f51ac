internal import Foundation

/// The session of `session.update` or `transcription_session.update`: what is absent stays as it is, and null takes it back.
struct RealtimeUpdate: Decodable, Sendable {
    struct Audio: Decodable, Sendable {
        var input: Change<Input>
    }

    /// The newer events' settings.
    struct Input: Decodable, Sendable {
        var format: Change<Format>
        var transcription: Change<Transcription>
        var turnDetection: Change<TurnDetection>
        var noiseReduction: Change<Refused>
    }

    struct Format: Decodable, Sendable {
        let type: String?
        let rate: Int?
    }

    struct Transcription: Decodable, Sendable {
        var model, language, prompt: Change<String>
        var keywords, languages, delay: Change<Refused>
    }

    struct TurnDetection: Decodable, Sendable {
        let type: String?
        let threshold: Double?
        let prefixPaddingMs, silenceDurationMs: Int?
        var eagerness, createResponse, interruptResponse, idleTimeoutMs: Change<Refused>
    }

    var type: Change<String>
    var audio: Change<Audio>
    var include: Change<Refused>
    // The older events' settings.
    var modalities: Change<[String]>
    var inputAudioFormat: Change<String>
    var inputAudioTranscription: Change<Transcription>
    var turnDetection: Change<TurnDetection>
    var inputAudioNoiseReduction: Change<Refused>
}

/// A member that may be absent, or null.
enum Change<Value: Decodable & Sendable>: Decodable, Sendable {
    case absent
    case null
    case value(Value)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .null : .value(try container.decode(Value.self))
    }

    /// The value; nil where there is none.
    var value: Value? { if case .value(let value) = self { value } else { nil } }
}

extension KeyedDecodingContainer {
    func decode<Value>(_ type: Change<Value>.Type, forKey key: Key) throws -> Change<Value> {
        guard contains(key) else { return .absent }
        return try decodeNil(forKey: key) ? .null : .value(decode(Value.self, forKey: key))
    }
}

/// What is not done here, where it is more than an empty list or false: whoever asks for it is told so.
struct Refused: Decodable, Sendable {
    let isWanted: Bool

    init(from decoder: any Decoder) throws {
        let flag = try? decoder.singleValueContainer().decode(Bool.self)
        isWanted = flag ?? ((try? decoder.unkeyedContainer())?.isAtEnd != true)
    }
}
