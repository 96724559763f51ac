package import TesseraFiles

/// What can be trained, with its sizes.
package enum TrainableFamily: Sendable {
    case chronosBolt(ChronosBoltConfiguration)
    case patchTST(PatchTSTConfiguration)
}

extension ForecasterFolder {
    /// The family of the model.
    ///
    /// - Throws: `FileError` naming the key, also where models of the family cannot be trained.
    package func family() throws(FileError) -> TrainableFamily {
        let family = try SeriesFamily.of(config)
        switch family.architecture {
        case ChronosBolt.architecture: return .chronosBolt(try ChronosBoltConfiguration(config))
        case PatchTST.architecture: return .patchTST(try PatchTSTConfiguration(config))
        default: throw config.error("model_type", "models of type \(family.modelType) cannot be trained here")
        }
    }
}
