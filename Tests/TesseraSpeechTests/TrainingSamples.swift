import TesseraFiles
import TesseraSpeech
import TesseraText
import TestSupport
import Testing

/// Recordings of tones with texts, and the folder of the fixture, whose window is 2 s and whose tokenizer knows English, German
/// and French.
struct TrainingSamples {
    let files = TemporaryFolder()
    let folder: SpeechFolder
    let tokenizer: Tokenizer

    init() throws {
        let model = try ModelFolder(Fixtures.ownPath("whisper"))
        folder = try SpeechFolder(model)
        tokenizer = try Tokenizer(model)
    }

    /// A recording of a tone of 400 Hz at 16 kHz, with silence around it.
    func recording(
        _ name: String, _ text: String, seconds: Double = 1, tone: ClosedRange<Double>? = nil, amplitude: Double = 0.5,
        segments: [TranscribedRecording.Segment] = [], language: String? = "en", speaker: String? = nil
    ) -> TranscribedRecording {
        let count = Int(seconds * 16_000)
        let sounding = tone.map { Int($0.lowerBound * 16_000)..<Int($0.upperBound * 16_000) } ?? 0..<count
        let samples = Sounds.tone(400, sampleRate: 16_000, count: count, amplitude: amplitude).enumerated().map {
            sounding.contains($0) ? $1 : 0
        }
        let path = files.write(name + ".wav", Sounds.wav(samples, sampleRate: 16_000))
        return TranscribedRecording(
            audio: path, text: text, segments: segments, language: language, speaker: speaker, place: "line 7 of list")
    }

    /// A recording of noise.
    func noise(_ name: String, _ text: String, count: Int) -> TranscribedRecording {
        let path = files.write(name + ".wav", Sounds.wav(Sounds.noise(count: count), sampleRate: 16_000))
        return TranscribedRecording(audio: path, text: text, language: "en")
    }

    /// The ids of tokens named so, and of text.
    func ids(_ words: String...) throws -> [Int32] {
        try words.flatMap { word in
            word.hasPrefix("<|")
                ? [try #require(tokenizer.id(of: word))] : tokenizer.encode(word, recognisingAddedTokens: false)
        }
    }
}
