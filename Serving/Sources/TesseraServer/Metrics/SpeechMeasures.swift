internal import Metrics
internal import TesseraSpeech

/// What transcriptions took, beside the seconds of sound that they were of.
enum SpeechMeasures {
    /// Calls `body`, and records how long it took for a second of sound: the real-time factor.
    static func recording(_ body: () async throws -> Transcript) async rethrows -> Transcript {
        let start = ContinuousClock.now
        let transcript = try await body()
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        FloatingPointCounter(label: "tessera.audio.seconds").increment(by: transcript.duration)
        if transcript.duration > 0 {
            Recorder(label: "tessera.transcription.real.time.factor").record(elapsed / transcript.duration)
        }
        return transcript
    }
}
