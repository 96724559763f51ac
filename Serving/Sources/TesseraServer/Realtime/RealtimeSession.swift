internal import Foundation
internal import Hummingbird
internal import TesseraSpeech

/// A session of transcription: hears sound, and tells its client the words.
struct RealtimeSession {
    private let models: ServedModels
    private let usual: TranscriptionOptions
    private(set) var settings: RealtimeSettings
    private(set) var events: RealtimeEvents
    private(set) var hearing: RealtimeHearing
    /// What is being said.
    var item: RealtimeItem?
    var lastItem: String?
    /// The sound before is of items that are done, or was cleared; in seconds.
    var end = 0.0

    /// - Throws: as `RealtimeHearing`; `APIError` 404 where there is no such model.
    init(
        _ models: ServedModels, _ usual: TranscriptionOptions, _ settings: RealtimeSettings, _ events: RealtimeEvents
    ) throws {
        (self.models, self.usual, self.settings, self.events) = (models, usual, settings, events)
        hearing = try RealtimeHearing(models.served(Transcriber.self, named: settings.model), settings, usual)
    }

    /// The first event.
    var created: Data { events.session("created", settings, model: hearing.modelName) }

    /// Does what a client asks.
    ///
    /// - Returns: the events that come of it.
    /// - Throws: `CancellationError`.
    mutating func handle(_ command: RealtimeCommand) throws -> [Data] {
        do {
            return try done(command)
        } catch let error as CancellationError {
            throw error
        } catch let error as APIError {
            return [events.error(error, command.cause)]
        } catch {
            return try failed(APIError(error), command.cause)
        }
    }

    private mutating func done(_ command: RealtimeCommand) throws -> [Data] {
        switch command {
        case .sound(let data): try told(hearing.append(data))
        case .commit: try commit()
        case .clear: try clear()
        case .update(let update, let isOlder, _): try apply(update, isOlder: isOlder)
        case .refusal(let error, _): throw error
        case .expiry: throw APIError.expired
        }
    }

    /// Gives up the item that could not be transcribed.
    private mutating func failed(_ error: APIError, _ cause: RealtimeCause) throws -> [Data] {
        guard let item else { return [events.error(error, cause)] }
        _ = try clear()
        return [events.failed(item.id, error)]
    }
}

/// What the client asks.
extension RealtimeSession {
    private mutating func commit() throws -> [Data] {
        var updates = try hearing.flush()
        guard hearing.duration - end >= Self.shortestItem else { throw APIError.emptyBuffer(hearing.duration - end) }
        updates += try hearing.finish()
        var item = item ?? RealtimeItem(start: end)
        item.end = hearing.duration
        let beginning = committed(item)
        return beginning + deltas(updates) + completed()
    }

    /// Seconds of sound that an item has at least.
    private static var shortestItem: Double { 0.1 }

    private mutating func clear() throws -> [Data] {
        try hearing.clear()
        (item, end) = (nil, hearing.duration)
        return [events.cleared]
    }

    private mutating func apply(_ update: RealtimeUpdate, isOlder: Bool) throws -> [Data] {
        var changed = settings
        try changed.apply(update)
        let model = try models.served(Transcriber.self, named: changed.model)
        // What was heard so far is written down as it was to be.
        let next = try RealtimeHearing(model, changed, usual, offset: hearing.duration)
        var told: [Data] = []
        if changed != settings {
            told = try self.told(hearing.flush() + hearing.finish())
            (hearing, settings) = (next, changed)
        }
        events.isOlder = events.isOlder || isOlder
        return told + [events.session("updated", settings, model: hearing.modelName)]
    }
}

extension APIError {
    fileprivate static func emptyBuffer(_ seconds: Double) -> APIError {
        .invalid(
            "There is nothing to commit: an item has at least 100 ms of sound, and \(Int(seconds * 1000)) ms came.",
            code: "input_audio_buffer_commit_empty")
    }

    fileprivate static var expired: APIError {
        .invalid("The session has lasted as long as it may.", code: "session_expired")
    }
}
