internal import TesseraFiles

/// The files that lie beside a tokenizer's own and describe or name tokens: tokenizer_config.json, special_tokens_map.json.
struct TokenizerCompanions {
    /// Those that are there; tokenizer_config.json first.
    private(set) var files: [JSONObject] = []

    init() {}

    /// - Throws: `FileError` when one is damaged, or the tokenizer is code.
    init(_ folder: ModelFolder) throws(FileError) {
        for name in ["tokenizer_config.json", "special_tokens_map.json"] where try folder.contains(name) {
            let settings = try folder.read(name)
            if settings.contains("auto_map") {
                throw settings.error("auto_map", "the tokenizer is code of its own, which is not run")
            }
            files.append(settings)
        }
    }

    /// How many tokens they describe.
    func describedTokenCount() throws(FileError) -> Int {
        var count = 0
        for settings in files { count += try settings.object("added_tokens_decoder")?.keys.count ?? 0 }
        return count
    }

    /// The token that one of them names so, `mask_token`; nil where none does.
    ///
    /// - Throws: `FileError` when the first that has the key names none.
    func tokenName(_ key: String) throws(FileError) -> String? {
        for settings in files { if let name = try settings.tokenName(key) { return name } }
        return nil
    }

    /// Whether decoded text is to lose the spaces before punctuation, `clean_up_tokenization_spaces`.
    ///
    /// - Throws: `FileError` when it is neither true nor false.
    func cleansDecoded() throws(FileError) -> Bool {
        try files.first?.boolean("clean_up_tokenization_spaces", default: false) ?? false
    }

    /// The most tokens of a text, `model_max_length`; nil where there is none, or a number that stands for none.
    ///
    /// - Throws: `FileError` when it is no number, or below 1.
    func tokenLimit() throws(FileError) -> Int? {
        guard let settings = files.first(where: { $0.contains("model_max_length") }) else { return nil }
        let limit = try settings.number("model_max_length", in: 1...1e40)
        return limit < 1e9 ? Int(limit) : nil
    }
}

extension AddedTokenList {
    /// Adds their tokens, and those of an added_tokens.json. Files that say more about a token come before those that only name it.
    mutating func add(_ companions: TokenizerCompanions, _ contentsAndIDs: JSONObject? = nil) throws(FileError) {
        for settings in companions.files { try add(described: settings) }
        if let contentsAndIDs { try add(contentsAndIDs: contentsAndIDs) }
        for settings in companions.files { try add(named: settings) }
    }
}
