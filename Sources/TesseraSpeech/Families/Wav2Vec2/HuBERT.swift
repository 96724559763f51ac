/// HuBERT (Hsu et al., 2021) with a head of letters: `transformers.HubertForCTC`. Its layers are wav2vec 2.0's.
package struct HuBERT: WaveformSpeechModel {
    package let recognizer: WaveformRecognizer

    package static let modelType = "hubert"
    package static let architectures = ["HubertForCTC"]
    package static let root = "hubert"

    package init(_ recognizer: WaveformRecognizer) { self.recognizer = recognizer }
}
