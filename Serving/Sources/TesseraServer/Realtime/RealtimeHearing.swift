internal import Foundation
internal import TesseraAudio
internal import TesseraSpeech

/// The sound of a session, and what becomes known of it.
struct RealtimeHearing {
    /// What the model is served as.
    let modelName: String
    private let format: RealtimeFormat
    /// A transcription that has heard nothing.
    private let beginning: LiveTranscription
    private var transcription: LiveTranscription
    private var stream: SoundStream
    /// Seconds that were heard before the transcription began.
    private(set) var offset: Double

    /// - Parameters:
    ///   - model: the one that hears, and its name.
    ///   - offset: seconds that were heard before.
    /// - Throws: `APIError` 400 where the model does not know the language; `UnsupportedOption` where it finds no times of words.
    init(
        _ model: (name: String, model: Transcriber), _ settings: RealtimeSettings, _ usual: TranscriptionOptions,
        offset: Double = 0
    ) throws {
        beginning = try LiveTranscription(model.model, settings.options(for: model.model, usual))
        (modelName, format, self.offset) = (model.name, settings.format, offset)
        transcription = beginning
        stream = try settings.format.stream(at: LiveTranscription.sampleRate)
    }

    /// Seconds of sound that came.
    var duration: Double { offset + transcription.duration }

    /// Takes the next bytes of sound.
    mutating func append(_ data: Data) throws -> [LiveUpdate] {
        // Of sound behind which more is waiting not all is decoded, so that a slow model keeps up.
        try transcription.append(stream.append(Array(data)), keepsUp: true)
    }

    /// Takes what the resampler still holds.
    mutating func flush() throws -> [LiveUpdate] {
        defer { stream = (try? format.stream(at: LiveTranscription.sampleRate)) ?? stream }
        return try transcription.append(stream.finish())
    }

    /// Commits what was said.
    mutating func finish() throws -> [LiveUpdate] { try transcription.finish() }

    /// Forgets what was heard, and goes on.
    mutating func clear() throws {
        (offset, transcription) = (duration, beginning)
        stream = try format.stream(at: LiveTranscription.sampleRate)
    }
}
