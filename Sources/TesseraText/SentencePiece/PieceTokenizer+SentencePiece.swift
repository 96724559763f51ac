internal import TesseraFiles

extension PieceTokenizer {
    /// The file of SentencePiece's pieces that T5 has.
    static let sentencePieceName = "spiece.model"

    /// Whose conventions there are around the pieces of a spiece.model, by the names of transformers' classes.
    private enum SentencePieceKind {
        /// Behind the pieces come those that stand for what is left out, `<extra_id_99>` to `<extra_id_0>`.
        case t5
        /// Texts are lower-cased and lose ASCII's punctuation.
        case siglip
    }

    /// The tokenizer of a spiece.model as `T5Tokenizer` or `SiglipTokenizer` of transformers has it: `</s>` behind each text.
    ///
    /// - Throws: `FileError.badData` naming what is damaged, or that it is another model's.
    init(sentencePieceIn folder: ModelFolder, _ companions: TokenizerCompanions) throws(FileError) {
        let kind = try Self.kind(folder, companions)
        let file = try SentencePieceFile(folder.open(Self.sentencePieceName))
        let unigram = try UnigramModel(file)
        let vocabulary = try TokenTable(file.bytes, file.pieces.map(\.place), path: file.path)
        let end = try companions.tokenName("eos_token") ?? "</s>"
        let tokens = AddedTokens(try Self.addedTokens(kind, vocabulary, companions, end: end, path: file.path).tokens)
        guard let endID = tokens.id(of: end) ?? vocabulary.id(of: end) else {
            throw FileError(.badData, path: file.path, cause: "has no token \(end.quoted)")
        }
        var joiner = TokenJoiner(steps: [.metaspace(SentencePieceNormalizer.spaceSymbol, dropsFirst: true)])
        joiner.cleans = try companions.cleansDecoded()
        self.init(
            Parts(
                vocabulary: vocabulary, added: tokens, normalizers: try Self.normalizers(kind, file, companions),
                splitters: [], model: unigram, template: TokenTemplate(end: endID), joiner: joiner,
                unknownToken: Int32(unigram.unknownID)),
            maskToken: nil, tokenLimit: try companions.tokenLimit() ?? (kind == .siglip ? 64 : nil))
    }

    private static func addedTokens(
        _ kind: SentencePieceKind, _ vocabulary: TokenTable, _ companions: TokenizerCompanions, end: String,
        path: String
    ) throws(FileError) -> AddedTokenList {
        var added = AddedTokenList(vocabulary)
        let settings = companions.files.first ?? JSONObject(members: [], path: path)
        for companion in companions.files { try added.add(described: companion) }
        let hasOwn = try companions.describedTokenCount() > 0
        let count = try settings.integer("extra_ids", in: 0...1 << 16, default: kind == .t5 ? 100 : 0)
        for number in (0..<(hasOwn ? 0 : count)).reversed() {
            try added.addSpecial("<extra_id_\(number)>", settings, "extra_ids")
        }
        try added.add(companions)
        for name in [end, "<unk>"] + (kind == .t5 ? ["<pad>"] : []) where vocabulary.id(of: name) != nil {
            try added.addSpecial(name, settings, name)
        }
        try added.checkForGaps(path: path)
        return added
    }

    private static func normalizers(
        _ kind: SentencePieceKind, _ file: SentencePieceFile, _ companions: TokenizerCompanions
    ) throws(FileError) -> [TextNormalizer] {
        let normalizer = try SentencePieceNormalizer(file)
        guard kind == .siglip else { return [.sentencePiece(normalizer, atStartOnly: false)] }
        let lowers = try companions.files.first?.boolean("do_lower_case", default: true) ?? true
        return (lowers ? [.lowercase] : []) + [
            .replace(.characters { $0.isASCIIPunctuation }, []),
            .replace(.characters { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }, [0x20]),
            .sentencePiece(normalizer.withDummyPrefix, atStartOnly: true),
        ]
    }

    private static func kind(
        _ folder: ModelFolder, _ companions: TokenizerCompanions
    ) throws(FileError) -> SentencePieceKind {
        func refusal(_ file: JSONObject, _ key: String, _ name: String) -> FileError {
            file.error(key, "of a \(sentencePieceName) alone T5's and SigLIP's are read here, not \(name)")
        }
        if let settings = companions.files.first(where: { $0.contains("tokenizer_class") }) {
            let name = try settings.string("tokenizer_class")
            switch name {
            case "T5Tokenizer", "T5TokenizerFast": return .t5
            case "SiglipTokenizer": return .siglip
            default: throw refusal(settings, "tokenizer_class", name.quoted)
            }
        }
        guard try folder.contains("config.json") else { return .t5 }
        let config = try folder.read("config.json")
        let type = try config.string("model_type", default: "")
        switch type {
        case "t5", "mt5", "umt5", "longt5", "switch_transformers": return .t5
        case "siglip": return .siglip
        default: throw refusal(config, "model_type", "\(type.quoted)'s")
        }
    }
}

extension Unicode.Scalar {
    /// One of the characters that Python's `string.punctuation` has.
    fileprivate var isASCIIPunctuation: Bool {
        (0x21...0x2F).contains(value) || (0x3A...0x40).contains(value) || (0x5B...0x60).contains(value)
            || (0x7B...0x7E).contains(value)
    }
}
