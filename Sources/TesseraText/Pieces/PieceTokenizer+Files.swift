public import TesseraFiles

extension PieceTokenizer {
    /// The tokenizer of a model: its tokenizer.json, or the vocabulary's own files where there is none.
    ///
    /// Tokens that tokenizer_config.json and special_tokens_map.json describe or name are added to those.
    ///
    /// - Throws: `FileError.unreadable` when there is none; `FileError.badData` naming what is damaged, contradicts itself or asks for
    ///   something that is not done here.
    public init(_ folder: ModelFolder) throws(FileError) {
        let companions = try TokenizerCompanions(folder)
        if try folder.contains("tokenizer.json") {
            try self.init(try folder.read("tokenizer.json"), companions)
        } else if try folder.contains("vocab.json"), try folder.contains("merges.txt") {
            try self.init(bytePairsIn: folder, companions)
        } else if try folder.contains(Self.sentencePieceName) {
            try self.init(sentencePieceIn: folder, companions)
        } else {
            let cause = "holds no tokenizer.json, nor a vocab.json with a merges.txt, nor a \(Self.sentencePieceName)"
            throw FileError(.unreadable, path: folder.path, cause: cause)
        }
    }

    /// The tokenizer in a tokenizer.json.
    ///
    /// - Throws: as for a folder.
    public init(_ file: JSONObject) throws(FileError) { try self.init(file, TokenizerCompanions()) }

    init(_ file: JSONObject, _ companions: TokenizerCompanions) throws(FileError) {
        guard let model = try file.object("model") else { throw file.error("model", "it is missing") }
        // Old files leave the type out.
        let kind = try model.string("type", default: "BPE")
        let reader: any PieceModelReader
        switch kind {
        case "BPE":
            let described = try file.objects("added_tokens").count + companions.describedTokenCount()
            reader = try BytePairReader(model, spareCount: described)
        case "Unigram": reader = try UnigramReader(model)
        default:
            let cause = "\(kind.quoted) is not supported; WordPiece, BPE and Unigram are"
            throw model.error("type", cause)
        }
        var added = AddedTokenList(reader.vocabulary)
        try added.add(tokenizer: file)
        try added.add(companions)
        try self.init(file, reader, added, companions)
    }

    /// - Parameters:
    ///   - steps: a tokenizer.json, whose model and added tokens were read already.
    ///   - added: what is added to the reader's vocabulary.
    init(
        _ steps: JSONObject, _ reader: any PieceModelReader, _ added: AddedTokenList, _ companions: TokenizerCompanions
    ) throws(FileError) {
        try added.checkForGaps(path: steps.path)
        let normalizers = try TextNormalizer.steps(steps)
        let tokens = AddedTokens(added.tokens) { content in
            var text = AlignedText(content[...], origin: 0)
            for normalizer in normalizers { normalizer.apply(to: &text) }
            return text.bytes
        }
        let vocabulary = reader.vocabulary
        func id(_ name: String) -> Int32? { tokens.id(of: name) ?? vocabulary.id(of: name) }
        let (splitters, isByteLevel) = try TextSplitter.steps(steps)
        let (model, unknown) = try reader.model(isByteLevel: isByteLevel, id: id)
        var joiner = try TokenJoiner(steps)
        if joiner.isByteLevel { joiner.ending = reader.ending }
        // What is put right is destroyed in texts of byte pairs, and transformers leaves those as they are.
        joiner.cleans = try companions.cleansDecoded() && reader.mayBeCleaned
        self.init(
            Parts(
                vocabulary: vocabulary, added: tokens, normalizers: normalizers, splitters: splitters, model: model,
                template: try TokenTemplate(file: steps, id: id), joiner: joiner, unknownToken: unknown,
                continuation: reader.continuation.isEmpty ? nil : String(decoding: reader.continuation, as: UTF8.self)),
            maskToken: try companions.tokenName("mask_token").flatMap(id) ?? id("<mask>") ?? id("[MASK]"),
            tokenLimit: try companions.tokenLimit())
    }
}

/// What reads a tokenizer.json's `model` of one kind.
protocol PieceModelReader {
    var vocabulary: TokenTable { get }
    /// What marks a piece that does not begin a word.
    var continuation: [UInt8] { get }
    /// What marks a piece that ends a word.
    var ending: [UInt8] { get }
    /// Whether decoded text may lose the spaces before punctuation.
    var mayBeCleaned: Bool { get }

    /// The model, and the token that stands for what the vocabulary lacks.
    ///
    /// - Throws: `FileError.badData` naming what is wrong with it.
    func model(
        isByteLevel: Bool, id: (String) -> Int32?
    ) throws(FileError) -> (model: any PieceModel, unknownToken: Int32?)
}
