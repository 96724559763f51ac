internal import TesseraFiles
internal import TesseraTensor

/// A family of published forecasters: how a config.json is known to be of it, and how a checkpoint is loaded.
struct SeriesFamily: Sendable {
    let modelType: String
    /// The class in `architectures` that its checkpoints have.
    let architecture: String
    let load: @Sendable (JSONObject, Checkpoint, Precision) throws(FileError) -> any SeriesModel

    static let all = [
        SeriesFamily(modelType: "t5", architecture: ChronosBolt.architecture, load: ChronosBolt.init),
        SeriesFamily(modelType: "t5", architecture: "T5ForConditionalGeneration", load: ChronosT5.init),
        SeriesFamily(modelType: PatchTST.modelType, architecture: PatchTST.architecture, load: PatchTST.init),
        SeriesFamily(
            modelType: TinyTimeMixer.modelType, architecture: "TinyTimeMixerForPrediction", load: TinyTimeMixer.init),
    ]

    /// The family that a config.json names.
    ///
    /// - Throws: `FileError` naming the key.
    static func of(_ config: JSONObject) throws(FileError) -> SeriesFamily {
        try config.refuseUnsupportedModels()
        let type = try config.string("model_type")
        var architectures: [String] = []
        if case .array(let values)? = config.value("architectures") {
            architectures = values.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        let ofType = all.filter { $0.modelType == type }
        guard !ofType.isEmpty else {
            let known = Set(all.map(\.modelType)).sorted().joined(separator: ", ")
            throw config.error("model_type", "\"\(type)\" is not supported; these are: \(known)")
        }
        // Of a type that has one class, the class need not be named.
        if architectures.isEmpty, ofType.count == 1 { return ofType[0] }
        guard let family = ofType.first(where: { architectures.contains($0.architecture) }) else {
            let named = architectures.isEmpty ? "no class is named" : architectures.joined(separator: ", ")
            let known = ofType.map(\.architecture).joined(separator: " or ")
            throw config.error("architectures", "\(named); \(known) forecasts")
        }
        return family
    }
}

/// The `model_type`s of config.json that this module runs.
public let supportedModelTypes = Array(Set(SeriesFamily.all.map(\.modelType))).sorted()
