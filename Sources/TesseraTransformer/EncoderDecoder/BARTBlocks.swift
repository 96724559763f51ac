package import TesseraFiles

extension BlockConfiguration {
    /// Reads what config.json of BART's kin says of one side's blocks: BART itself, Marian, Whisper, Speech2Text.
    ///
    /// - Parameters:
    ///   - side: `encoder` or `decoder`.
    ///   - activation: of the feed-forward networks, where config.json names none.
    /// - Throws: `FileError` naming the key.
    package init(bartLike config: JSONObject, side: String, activation: String) throws(FileError) {
        let hidden = try config.integer("d_model", in: 1...65_536)
        let heads = try config.integer(side + "_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 else {
            throw config.error(side + "_attention_heads", "\(heads) heads do not divide d_model \(hidden)")
        }
        self.init(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer(side + "_ffn_dim", in: 1...1_048_576), normalizationEpsilon: 1e-5)
        self.activation = try config.activation("activation_function", default: activation)
    }
}
