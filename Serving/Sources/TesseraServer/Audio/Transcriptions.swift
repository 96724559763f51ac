internal import Foundation
internal import Hummingbird
internal import TesseraAudio
internal import TesseraSpeech

/// `POST /v1/audio/transcriptions` and `/v1/audio/translations`, as OpenAI's API has them.
struct Transcriptions: Sendable {
    let models: ServedModels
    /// How recordings are transcribed where a request does not say it.
    let usual: TranscriptionOptions

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let asked = try TranscriptionRequest(
            await Form.received(request, fileField: "file", admitted.limits), usual)
        let transcriber = try models.model(Transcriber.self, named: asked.model)
        let options = try asked.options.checked(for: transcriber)
        try transcriber.check(options)
        let recording = try await admitted.compute { try asked.recording(admitted.limits) }
        guard !asked.isStreamed else {
            return ServerSentEvents.response(to: request) { events in
                try await stream(asked, recording, transcriber, options, admitted, events)
            }
        }
        let transcript = try await SpeechMeasures.recording {
            try await admitted.compute { try transcriber.transcribe(recording, options) }
        }
        return try Response(transcript, asked)
    }

    /// Tells the text of each window as soon as it is decoded.
    private func stream(
        _ asked: TranscriptionRequest, _ recording: AudioFile, _ transcriber: Transcriber,
        _ options: TranscriptionOptions, _ admitted: AdmittedRequest, _ events: ServerSentEvents
    ) async throws {
        let transcript = try await SpeechMeasures.recording {
            try await admitted.compute {
                var isFirst = true
                return try transcriber.transcribe(recording, options) { segments, _, _ in
                    var text = segments.map(\.text).joined()
                    if isFirst { text = String(text.drop(while: \.isWhitespace)) }
                    guard !text.isEmpty else { return }
                    isFirst = false
                    try? events.send(TextDelta(delta: text, logprobs: segments.logProbabilities))
                }
            }
        }
        try events.send(
            TextDone(
                text: transcript.trimmedText, logprobs: transcript.segments.logProbabilities,
                usage: DurationUsage(transcript)))
    }

    private struct TextDelta: Encodable {
        let type = "transcript.text.delta"
        let delta: String
        let logprobs: [TokenLogProbability]?
    }

    private struct TextDone: Encodable {
        let type = "transcript.text.done"
        let text: String
        let logprobs: [TokenLogProbability]?
        let usage: DurationUsage
    }
}
