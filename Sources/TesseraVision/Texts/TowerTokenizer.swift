internal import TesseraFiles
internal import TesseraText

/// What makes of a text what a text tower reads.
struct TowerTokenizer: Sendable {
    private let configuration: TextTowerConfiguration
    private let tokenizer: any TextTokenizer
    private let paddingToken: Int32
    private let name: String

    /// - Throws: `FileError` naming what is missing or damaged, or where the tower has fewer tokens.
    init(
        _ folder: ModelFolder, _ config: JSONObject, _ configuration: TextTowerConfiguration
    ) throws(FileError) {
        (self.configuration, name) = (configuration, folder.name)
        tokenizer = try folder.textTokenizer()
        guard tokenizer.tokenCount <= configuration.vocabularySize else {
            throw config.error(
                "vocab_size",
                "the tokenizer has \(tokenizer.tokenCount) tokens, the model \(configuration.vocabularySize)")
        }
        paddingToken = try TowerTokenizer.paddingToken(folder, tokenizer)
    }

    /// The tokens of a text, with those around it, and whether it was too long and lost its end. Where the last position counts, they are
    /// padded to it.
    func encode(_ text: String) throws(FileError) -> (tokens: [Int32], isTruncated: Bool) {
        let encoded = tokenizer.encode(text, limit: configuration.positionCount)
        guard let encoded, !encoded.ids.isEmpty else {
            throw FileError(.badData, path: name, cause: "its tokenizer makes no tokens of \(text.quoted)")
        }
        guard configuration.pooling == .lastPosition else { return (encoded.ids, encoded.isTruncated) }
        let padding = [Int32](repeating: paddingToken, count: configuration.positionCount - encoded.count)
        return (encoded.ids + padding, encoded.isTruncated)
    }

    /// What tokenizer_config.json names, or the token 1, as the families' first folders have it.
    private static func paddingToken(
        _ folder: ModelFolder, _ tokenizer: any TextTokenizer
    ) throws(FileError) -> Int32 {
        guard try folder.contains("tokenizer_config.json") else { return 1 }
        let name = try folder.read("tokenizer_config.json").tokenName("pad_token")
        return name.flatMap(tokenizer.id(of:)) ?? min(1, Int32(tokenizer.tokenCount) - 1)
    }
}
