internal import TesseraFiles

extension PieceTokenizer {
    /// The file of SentencePiece's pieces that T5 has.
    static let sentencePieceName = "spiece.model"

    /// The tokenizer of a spiece.model as `T5Tokenizer` of transformers has it: `</s>` behind each text, and behind the pieces those that
    /// stand for what is left out, `<extra_id_99>` to `<extra_id_0>`.
    ///
    /// - Throws: `FileError.badData` naming what is damaged, or that it is another model's.
    init(sentencePieceIn folder: ModelFolder, _ companions: TokenizerCompanions) throws(FileError) {
        try Self.checkIsT5(folder, companions)
        let file = try SentencePieceFile(folder.open(Self.sentencePieceName))
        let unigram = try UnigramModel(file)
        let vocabulary = try TokenTable(file.bytes, file.pieces.map(\.place), path: file.path)
        var added = AddedTokenList(vocabulary)
        let settings = companions.files.first ?? JSONObject(members: [], path: file.path)
        for companion in companions.files { try added.add(described: companion) }
        let hasOwn = try companions.describedTokenCount() > 0
        let count = try settings.integer("extra_ids", in: 0...1 << 16, default: 100)
        for number in (0..<(hasOwn ? 0 : count)).reversed() {
            try added.addSpecial("<extra_id_\(number)>", settings, "extra_ids")
        }
        try added.add(companions)
        let end = try companions.tokenName("eos_token") ?? "</s>"
        for name in [end, "<unk>", "<pad>"] where vocabulary.id(of: name) != nil {
            try added.addSpecial(name, settings, name)
        }
        try added.checkForGaps(path: file.path)
        let tokens = AddedTokens(added.tokens)
        guard let endID = tokens.id(of: end) ?? vocabulary.id(of: end) else {
            throw FileError(.badData, path: file.path, cause: "has no token \(end.quoted)")
        }
        var joiner = TokenJoiner(steps: [.metaspace(SentencePieceNormalizer.spaceSymbol, dropsFirst: true)])
        joiner.cleans = try companions.cleansDecoded()
        self.init(
            Parts(
                vocabulary: vocabulary, added: tokens,
                normalizers: [.sentencePiece(try SentencePieceNormalizer(file))], splitters: [], model: unigram,
                template: TokenTemplate(end: endID), joiner: joiner, unknownToken: Int32(unigram.unknownID)),
            maskToken: nil, tokenLimit: try companions.tokenLimit())
    }

    private static func checkIsT5(_ folder: ModelFolder, _ companions: TokenizerCompanions) throws(FileError) {
        if let settings = companions.files.first(where: { $0.contains("tokenizer_class") }) {
            let name = try settings.string("tokenizer_class")
            guard ["T5Tokenizer", "T5TokenizerFast"].contains(name) else {
                throw settings.error(
                    "tokenizer_class", "of a \(sentencePieceName) alone T5Tokenizer is read here, not \(name.quoted)")
            }
        } else if try folder.contains("config.json") {
            let config = try folder.read("config.json")
            let type = try config.string("model_type", default: "")
            guard ["t5", "mt5", "umt5", "longt5", "switch_transformers"].contains(type) else {
                throw config.error(
                    "model_type", "of a \(sentencePieceName) alone T5's is read here, not \(type.quoted)'s")
            }
        }
    }
}
