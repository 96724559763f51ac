public import TesseraFiles

extension WordPieceTokenizer {
    /// The tokenizer of a model: its tokenizer.json, or its vocab.txt, a token a line.
    ///
    /// - Throws: `FileError.unreadable` when there is neither; `FileError.badData` naming what is damaged, contradicts itself or asks for
    ///   something that is not done here.
    public init(_ folder: ModelFolder) throws(FileError) {
        let companions = try TokenizerCompanions(folder)
        if try folder.contains("tokenizer.json") {
            try self.init(try folder.read("tokenizer.json"), companions: companions)
        } else if try folder.contains("vocab.txt") {
            try self.init(lines: folder, companions: companions)
        } else {
            throw FileError(.unreadable, path: folder.path, cause: "holds neither a tokenizer.json nor a vocab.txt")
        }
    }

    /// The tokenizer in a tokenizer.json.
    ///
    /// - Throws: as for a folder.
    public init(_ file: JSONObject) throws(FileError) { try self.init(file, companions: TokenizerCompanions()) }

    init(_ file: JSONObject, companions: TokenizerCompanions) throws(FileError) {
        guard let model = try file.object("model") else { throw file.error("model", "it is missing") }
        let kind = try model.string("type", default: "WordPiece")
        guard kind == "WordPiece" else { throw model.error("type", "\(kind.quoted) is not WordPiece") }
        guard let words = try model.object("vocab") else { throw model.error("vocab", "it is missing") }
        if let splitter = try file.object("pre_tokenizer") {
            let kind = try splitter.string("type")
            guard kind == "BertPreTokenizer" else {
                throw splitter.error(
                    "type", "\(kind.quoted) is not known; beside WordPiece it must be BertPreTokenizer")
            }
        }
        let described = try file.objects("added_tokens").count + companions.describedTokenCount()
        let vocabulary = try TokenTable(words, spareCount: described)
        var list = AddedTokenList(vocabulary)
        try list.add(tokenizer: file)
        try list.add(companions)
        try list.checkForGaps(path: file.path)
        let added = AddedTokens(list.tokens)
        func id(_ name: String) -> Int32? { added.id(of: name) ?? vocabulary.id(of: name) }
        let unknown = try model.string("unk_token", default: "[UNK]")
        guard let unknownID = id(unknown) else { throw model.error("unk_token", "\(unknown.quoted) is no token") }
        let template =
            if let processor = try file.object("post_processor") { try TokenTemplate(processor, id: id) } else {
                TokenTemplate(single: [.text(isSecond: false, typeID: 0)], pair: nil)
            }
        try self.init(
            vocabulary, added, template, try WordPieceRules(normalizer: try file.object("normalizer")), companions,
            unknownID: unknownID,
            continuation: try model.string("continuing_subword_prefix", default: "##"),
            wordLimit: try model.integer("max_input_chars_per_word", in: 1...1000, default: 100),
            cleansDecoded: try file.object("decoder")?.boolean("cleanup", default: true) ?? true)
    }

    private init(lines folder: ModelFolder, companions: TokenizerCompanions) throws(FileError) {
        let path = joinPath(folder.path, "vocab.txt")
        let vocabulary = try TokenTable(lines: try folder.contents(of: "vocab.txt", limit: 1 << 28), path: path)
        var list = AddedTokenList(vocabulary)
        try list.add(companions)
        try list.checkForGaps(path: path)
        let settings = companions.files.first
        func id(_ key: String, _ standard: String) throws(FileError) -> Int32 {
            let name = try settings?.tokenName(key) ?? standard
            guard let id = vocabulary.id(of: name) ?? list.tokens.first(where: { $0.content == name })?.id else {
                throw FileError(.badData, path: path, cause: "has no token \(name.quoted)")
            }
            return id
        }
        let template = TokenTemplate(
            start: try id("cls_token", "[CLS]"), separator: try id("sep_token", "[SEP]"))
        let unknownID = try id("unk_token", "[UNK]")
        if settings == nil {
            for name in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] where vocabulary.id(of: name) != nil {
                try list.addSpecial(name, JSONObject(members: [], path: path), name)
            }
        }
        try self.init(
            vocabulary, AddedTokens(list.tokens), template, try WordPieceRules(settings: settings), companions,
            unknownID: unknownID)
    }
}
