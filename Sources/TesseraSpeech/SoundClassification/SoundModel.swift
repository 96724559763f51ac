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

    /// The labels' names, by index, and how logits become scores.
    var labels: [String] { get }
    /// How logits become scores.
    var scores: LabelScores { get }
    /// In Hz.
    var sampleRate: Int { get }
    /// How many samples it hears at once: fewer are too short, and those behind are not heard.
    var sampleCounts: ClosedRange<Int> { get }

    /// - Parameter samples: at least as many as it needs.
    /// - Returns: `[1, labels]`
    func logits(_ samples: [Float]) -> Tensor
}

/// The families of models that classify sounds.
let soundFamilies = FamilyRegistry<any SoundModel.Type>(
    [AudioSpectrogramTransformer.self], purpose: ("does not classify sounds", others: "does")
) { $0 }
