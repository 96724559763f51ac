/// wav2vec 2.0 (Baevski et al., 2020) with a head of letters: `transformers.Wav2Vec2ForCTC`.
package struct Wav2Vec2: WaveformSpeechModel {
    package let recognizer: WaveformRecognizer

    package static let modelType = "wav2vec2"
    package static let architectures = ["Wav2Vec2ForCTC"]
    package static let root = "wav2vec2"

    package init(_ recognizer: WaveformRecognizer) { self.recognizer = recognizer }
}
