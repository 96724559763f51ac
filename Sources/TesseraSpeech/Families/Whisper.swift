internal import TesseraFiles
internal import TesseraLayers

extension SpeechFamily {
    /// Whisper (Radford et al., 2022): `transformers.WhisperForConditionalGeneration`.
    static let whisper = SpeechFamily(
        modelType: "whisper", architectures: ["WhisperForConditionalGeneration"],
        configuration: { config throws(FileError) in
            try SpeechConfiguration(
                config, positions: .tables, melBins: "num_mel_bins", convolutionActivation: .gelu,
                biases: .init(key: false), activation: "gelu"
            ) { hidden, melBins throws(FileError) in
                [
                    .init(inputChannels: melBins, outputChannels: hidden, size: 3, stride: 1),
                    .init(inputChannels: hidden, outputChannels: hidden, size: 3, stride: 2),
                ]
            }
        },
        names: names(convolutions: [
            ("convolutions.0.projection", ["model.encoder.conv1"]),
            ("convolutions.1.projection", ["model.encoder.conv2"]),
        ]))
}
