package import TesseraFiles
package import TesseraTransformer

/// What config.json says of a Chronos-T5.
package struct ChronosT5Configuration: Sendable {
    package let transformer: T5Configuration
    package let bins: MeanScaleUniformBins
    /// How many of the last values are read.
    package let contextLength: Int
    /// How many steps are forecast before the model reads what it forecast.
    package let predictionLength: Int
    /// How many paths are drawn unless the caller says.
    package let pathCount: Int
    /// How their tokens are drawn unless the caller says.
    package let sampling: Sampling.Settings

    /// - Throws: `FileError` naming the key.
    package init(_ config: JSONObject) throws(FileError) {
        transformer = try T5Configuration(config)
        let key = "chronos_config"
        guard let chronos = try config.object(key) else {
            throw config.error(key, "is missing: a T5 without one reads and writes words, not series")
        }
        let kind = try chronos.string("model_type")
        guard kind == "seq2seq" else {
            throw chronos.error("model_type", "\(kind.quoted) is not supported; \"seq2seq\" is")
        }
        bins = try MeanScaleUniformBins(chronos)
        guard bins.tokenCount <= transformer.vocabularySize else {
            throw chronos.error("n_tokens", "\(bins.tokenCount) is more than vocab_size")
        }
        // Attention holds a number for each pair of values.
        contextLength = try chronos.integer("context_length", in: 1...8_192)
        predictionLength = try chronos.integer("prediction_length", in: 1...8_192)
        pathCount = try chronos.integer("num_samples", in: 1...100_000)
        let likeliest = try chronos.integer("top_k", in: 0...10_000_000)
        sampling = Sampling.Settings(
            temperature: Float(try chronos.number("temperature", in: 0...1_000)),
            topK: likeliest == 0 ? nil : likeliest,
            topP: Float(try chronos.number("top_p", in: 0...1)))
    }
}
