package import TesseraAudio
package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// A model that hears the waveform itself.
package protocol WaveformSoundModel: SoundModel, WaveformFamily where Network == WaveformClassifier {
    /// What is loaded of a folder.
    var parts: WaveformSoundParts { get }

    /// - Parameter parts: what was loaded.
    init(_ parts: WaveformSoundParts)
}

/// The layers with what is needed beside them to make logits of sound.
package struct WaveformSoundParts: Sendable {
    package let classifier: WaveformClassifier
    package let features: WaveformFeatures
    package let labels: [String]
    package let scores: LabelScores
}

/// wav2vec 2.0 (Baevski et al., 2020): `transformers.Wav2Vec2ForSequenceClassification`.
package struct Wav2Vec2Sounds: WaveformSoundModel {
    package let parts: WaveformSoundParts

    package static let modelType = Wav2Vec2.modelType
    package static let architectures = ["Wav2Vec2ForSequenceClassification"]
    package static let root = Wav2Vec2.root

    package init(_ parts: WaveformSoundParts) { self.parts = parts }
}

/// HuBERT (Hsu et al., 2021): `transformers.HubertForSequenceClassification`.
package struct HuBERTSounds: WaveformSoundModel {
    package let parts: WaveformSoundParts

    package static let modelType = HuBERT.modelType
    package static let architectures = ["HubertForSequenceClassification"]
    package static let root = HuBERT.root

    package init(_ parts: WaveformSoundParts) { self.parts = parts }
}

extension WaveformSoundModel {
    package init(
        _ folder: ModelFolder, _ config: JSONObject, precision: Precision, allowNonFinite: Bool
    ) throws(FileError) {
        let features = WaveformFeatures(
            try folder.settings(of: .sound).map { file throws(FileError) in try WaveformSettings(file) } ?? .init())
        try Self.configuration(config).check(config, sampleRate: features.settings.sampleRate)
        let labels = try config.labels()
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        self.init(
            WaveformSoundParts(
                classifier: try Self.load(config, checkpoint, precision), features: features, labels: labels,
                scores: try LabelScores(config, labelCount: labels.count)))
    }

    package var labels: [String] { parts.labels }
    package var scores: LabelScores { parts.scores }
    package var sampleRate: Int { parts.features.settings.sampleRate }
    /// Any number of frames can be heard at once, but attention takes time by the square of it: five minutes are some 15,000.
    package var sampleCounts: ClosedRange<Int> {
        let least = parts.classifier.transformer.configuration.receptiveField
        return least...max(least, 300 * sampleRate)
    }

    package func input(_ samples: [Float]) -> Tensor { parts.features(samples).reshaped([1, samples.count]) }

    package func logits(of input: Tensor) -> Tensor { parts.classifier(input) }

    package static func network(_ config: JSONObject) throws(FileError) -> WaveformClassifier {
        WaveformClassifier(
            try configuration(config), labelCount: try config.labels().count,
            readsAllLayers: try config.boolean("use_weighted_layer_sum", default: false),
            // transformers 4 knew no such key, and always read it so.
            readsNormalized: try config.boolean("tie_last_hidden_states", default: false))
    }

    private static func configuration(_ config: JSONObject) throws(FileError) -> WaveformConfiguration {
        try WaveformConfiguration(config, headSize: ("classifier_proj_size", 256))
    }

    package static func names(of network: WaveformClassifier) -> TensorNames {
        names(of: network.transformer, head: "projector", others: [("layerWeights", "layer_weights")])
    }
}
