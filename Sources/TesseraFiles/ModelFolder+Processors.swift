extension ModelFolder {
    /// What brings pictures or sound to the form that a model takes.
    public enum Processor: String, Sendable {
        /// That of pictures.
        case image = "image_processor"
        /// That of sound.
        case sound = "feature_extractor"
    }

    /// The settings of a processor: preprocessor_config.json, or what processor_config.json holds of it, as transformers 5
    /// writes them. Where both are there, the latter counts, as transformers reads them. Nil where neither is.
    ///
    /// - Throws: `FileError` naming the file when it is damaged.
    public func settings(of processor: Processor) throws(FileError) -> JSONObject? {
        let name = "processor_config.json"
        // Older files of this name hold the name of a class alone.
        if try contains(name), let nested = try read(name).object(processor.rawValue) { return nested }
        let single = "preprocessor_config.json"
        return try contains(single) ? read(single) : nil
    }
}
