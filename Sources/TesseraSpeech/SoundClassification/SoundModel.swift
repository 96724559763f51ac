package import TesseraFiles
package import TesseraTensor
package import TesseraTransformer

/// A model that says what is heard: layers, and what its family needs beside them to make logits of samples.
package protocol SoundModel: PublishedFamily {
    /// Loads a model to be run.
    ///
    /// - Parameter config: the folder's config.json.
    /// - Throws: `FileError` naming the file and the key or tensor.
    init(
        _ folder: ModelFolder, _ config: JSONObject, precision: Precision, allowNonFinite: Bool
    ) throws(FileError)

    /// The labels' names, by index.
    var labels: [String] { get }
    /// How logits become scores.
    var scores: LabelScores { get }
    /// In Hz.
    var sampleRate: Int { get }
    /// How many samples it hears at once: fewer are too short, and those behind are not heard.
    var sampleCounts: ClosedRange<Int> { get }

    /// What the layers read of one sound, `[1, …]`.
    ///
    /// - Parameter samples: at least as many as it needs.
    func input(_ samples: [Float]) -> Tensor

    /// - Parameter input: what `input` gives.
    /// - Returns: `[1, labels]`
    func logits(of input: Tensor) -> Tensor
}

/// The families of models that classify sounds.
let soundFamilies = FamilyRegistry<any SoundModel.Type>(
    [AudioSpectrogramTransformer.self, Wav2Vec2Sounds.self, HuBERTSounds.self],
    purpose: ("does not classify sounds", others: "does")
) { $0 }
