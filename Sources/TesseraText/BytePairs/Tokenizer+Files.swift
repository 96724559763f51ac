public import TesseraFiles

extension Tokenizer {
    /// The tokenizer of a model: its tokenizer.json, or its vocab.json and merges.txt when that is all there is.
    ///
    /// Tokens that tokenizer_config.json, special_tokens_map.json or, beside a vocab.json, added_tokens.json describe or
    /// name are added to those.
    ///
    /// - Throws: `FileError.unreadable` when there is neither; `FileError.badData` naming what is damaged, contradicts
    ///   itself or asks for something that is not done here.
    public init(_ folder: ModelFolder) throws(FileError) {
        let companions = try TokenizerCompanions(folder)
        if try folder.contains("tokenizer.json") {
            try self.init(try folder.read("tokenizer.json"), companions: companions)
        } else if try folder.contains("vocab.json"), try folder.contains("merges.txt") {
            try self.init(vocabularyIn: folder, companions: companions)
        } else {
            let cause = "holds no tokenizer.json, nor a vocab.json with a merges.txt"
            throw FileError(.unreadable, path: folder.path, cause: cause)
        }
    }

    /// The tokenizer in a tokenizer.json.
    ///
    /// - Throws: as for a folder.
    public init(_ file: JSONObject) throws(FileError) { try self.init(file, companions: TokenizerCompanions()) }

    private init(_ file: JSONObject, companions: TokenizerCompanions) throws(FileError) {
        let model = try Self.bytePairModel(file)
        var rules = try Self.rules(file, model)
        guard let words = try model.object("vocab") else { throw model.error("vocab", "it is missing") }
        let described = try file.objects("added_tokens").count + companions.describedTokenCount()
        let vocabulary = try TokenTable(words, spareCount: described)
        var added = AddedTokenList(vocabulary)
        try added.add(tokenizer: file)
        try added.add(companions)
        try added.checkForGaps(path: file.path)
        if let name = try model.tokenName("unk_token") {
            guard let id = vocabulary.id(of: name) ?? added.tokens.first(where: { $0.content == name })?.id else {
                throw model.error("unk_token", "it is \(name.quoted), which is no token")
            }
            rules.unknownID = id
        }
        let merges = try MergeReader(vocabulary).read(model)
        self.init(vocabulary: vocabulary, addedTokens: added, merges: merges, rules: rules)
    }

    private init(vocabularyIn folder: ModelFolder, companions: TokenizerCompanions) throws(FileError) {
        let words = try folder.read("vocab.json")
        let contentsAndIDs = try folder.contains("added_tokens.json") ? folder.read("added_tokens.json") : nil
        let described = try (contentsAndIDs?.keys.count ?? 0) + companions.describedTokenCount()
        let vocabulary = try TokenTable(words, spareCount: described)
        var added = AddedTokenList(vocabulary)
        try added.add(companions, contentsAndIDs)
        try added.checkForGaps(path: words.path)
        var rules = Rules()
        for settings in companions.files {
            rules.addsPrefixSpace = try settings.boolean("add_prefix_space", default: rules.addsPrefixSpace)
        }
        let merges = try MergeReader(vocabulary).read(folder.open("merges.txt"))
        self.init(vocabulary: vocabulary, addedTokens: added, merges: merges, rules: rules)
    }
}
