package import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
package import TesseraTransformer

/// What config.json says of a Chronos-Bolt.
package struct ChronosBoltConfiguration: Sendable {
    package let transformer: T5Configuration
    /// How many of the last values are read.
    package let contextLength: Int
    /// How many steps are forecast at once.
    package let predictionLength: Int
    /// In values.
    package let patchSize, patchStride: Int
    /// Increasing.
    package let quantileLevels: [Double]
    /// The token that closes the patches, where there is one.
    package let closingToken: Int32?

    /// - Throws: `FileError` naming the key.
    package init(_ config: JSONObject) throws(FileError) {
        transformer = try T5Configuration(config)
        let key = "chronos_config"
        guard let chronos = try config.object(key) else { throw config.error(key, "is missing") }
        contextLength = try chronos.integer("context_length", in: 1...1_048_576)
        predictionLength = try chronos.integer("prediction_length", in: 1...65_536)
        patchSize = try chronos.integer("input_patch_size", in: 1...contextLength)
        patchStride = try chronos.integer("input_patch_stride", in: 1...patchSize)
        quantileLevels = try ChronosBoltConfiguration.levels(chronos)
        let isClosed = try chronos.boolean("use_reg_token", default: false)
        // As the reference does, whatever vocab_size says.
        guard transformer.vocabularySize >= (isClosed ? 2 : 1) else {
            throw config.error("vocab_size", "leaves no room for the token that closes the patches")
        }
        closingToken =
            isClosed
            ? Int32(try config.integer("reg_token_id", in: 0...transformer.vocabularySize - 1, default: 1)) : nil
    }

    private static func levels(_ chronos: JSONObject) throws(FileError) -> [Double] {
        let key = "quantiles"
        let levels = try chronos.numbers(key) ?? []
        guard (1...999).contains(levels.count), levels.allSatisfy({ $0 > 0 && $0 < 1 }),
            zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw chronos.error(key, "must be levels that increase, each above 0 and below 1")
        }
        return levels
    }
}
