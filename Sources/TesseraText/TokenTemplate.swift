internal import TesseraFiles

/// What a tokenizer puts around texts: `[CLS] A [SEP]`, and for pairs `[CLS] A [SEP] B [SEP]`.
struct TokenTemplate: Sendable {
    /// One place of it.
    enum Piece: Sendable, Equatable {
        case token(Int32, typeID: Int32)
        case text(isSecond: Bool, typeID: Int32)
    }

    var single: [Piece]
    /// nil where there is none for pairs.
    var pair: [Piece]?
    /// What shortens the places of tokens.
    var trims: [SpaceTrim] = []

    init(single: [Piece], pair: [Piece]?) { (self.single, self.pair) = (single, pair) }

    /// BERT's.
    init(start: Int32, separator: Int32) {
        single = [
            .token(start, typeID: 0), .text(isSecond: false, typeID: 0), .token(separator, typeID: 0),
        ]
        pair = single + [.text(isSecond: true, typeID: 1), .token(separator, typeID: 1)]
    }

    /// What stands alone, and pairs one behind the other.
    static let plain = TokenTemplate(
        single: [.text(isSecond: false, typeID: 0)],
        pair: [.text(isSecond: false, typeID: 0), .text(isSecond: true, typeID: 1)])

    /// T5's: a token behind each text.
    init(end: Int32) {
        single = [.text(isSecond: false, typeID: 0), .token(end, typeID: 0)]
        pair = single + [.text(isSecond: true, typeID: 0), .token(end, typeID: 0)]
    }

    /// RoBERTa's, which does not tell texts apart.
    init(start: Int32, doubledSeparator separator: Int32) {
        let (start, separator) = (Piece.token(start, typeID: 0), Piece.token(separator, typeID: 0))
        single = [start, .text(isSecond: false, typeID: 0), separator]
        pair = single + [separator, .text(isSecond: true, typeID: 0), separator]
    }

    /// tokenizer.json's `post_processor`; where there is none, texts stand alone.
    ///
    /// - Throws: `FileError` naming the kind that is not known, or a token that is none.
    init(file: JSONObject, id: (String) -> Int32?) throws(FileError) {
        var (found, trims): (TokenTemplate?, [SpaceTrim]) = (nil, [])
        for step in try file.steps("post_processor", list: "processors") {
            let kind = try step.string("type")
            let isByteLevel = kind == "ByteLevel" || kind == "RobertaProcessing"
            if isByteLevel, try step.boolean("trim_offsets", default: true) {
                trims.append(SpaceTrim(addsPrefixSpace: try step.boolean("add_prefix_space", default: true)))
            }
            guard kind != "ByteLevel" else { continue }
            guard found == nil else { throw step.error("type", "\(kind.quoted) behind another is not supported") }
            found = try TokenTemplate(step, id: id)
        }
        self = found ?? .plain
        self.trims = trims
    }

    /// One of its steps that puts tokens around texts.
    ///
    /// - Throws: as for the whole.
    init(_ settings: JSONObject, id: (String) -> Int32?) throws(FileError) {
        let kind = try settings.string("type")
        func token(_ key: String) throws(FileError) -> Int32 {
            guard case .array(let parts)? = settings.value(key), case .string(let name)? = parts.first,
                let id = id(name)
            else { throw settings.error(key, "it must name a token") }
            return id
        }
        switch kind {
        case "BertProcessing": self.init(start: try token("cls"), separator: try token("sep"))
        case "RobertaProcessing": self.init(start: try token("cls"), doubledSeparator: try token("sep"))
        case "TemplateProcessing":
            self.init(
                single: try Self.pieces(settings, "single", id),
                pair: settings.contains("pair") ? try Self.pieces(settings, "pair", id) : nil)
        default:
            throw settings.error(
                "type",
                "\(kind.quoted) is not known; what puts tokens around texts is done here by BertProcessing, "
                    + "RobertaProcessing and TemplateProcessing")
        }
    }

    private static func pieces(
        _ settings: JSONObject, _ key: String, _ id: (String) -> Int32?
    ) throws(FileError) -> [Piece] {
        var pieces: [Piece] = []
        for piece in try settings.objects(key) {
            if let token = try piece.object("SpecialToken") {
                let name = try token.string("id")
                guard let id = id(name) else { throw token.error("id", "\(name.quoted) is no token") }
                pieces.append(.token(id, typeID: try typeID(token)))
            } else if let sequence = try piece.object("Sequence") {
                pieces.append(.text(isSecond: try sequence.string("id") == "B", typeID: try typeID(sequence)))
            } else {
                throw settings.error(key, "it holds something that is neither a token nor a text")
            }
        }
        return pieces
    }

    private static func typeID(_ piece: JSONObject) throws(FileError) -> Int32 {
        Int32(try piece.integer("type_id", in: 0...1, default: 0))
    }

    /// How many tokens it adds.
    func addedCount(isPair: Bool) -> Int {
        (isPair ? pair ?? [] : single).count { if case .token = $0 { true } else { false } }
    }

    /// - Returns: nil where there is a second text and no template for pairs.
    func filled(_ first: EncodedText, _ second: EncodedText?) -> EncodedText? {
        guard let pieces = second == nil ? single : pair else { return nil }
        var result = EncodedText()
        for piece in pieces {
            switch piece {
            case .token(let id, let typeID): result.append(id, at: 0..<0, typeID: typeID)
            case .text(let isSecond, let typeID):
                guard let text = isSecond ? second : first else { continue }
                for index in text.ids.indices {
                    result.append(
                        text.ids[index], at: text.offsets[index], typeID: typeID, source: isSecond ? 1 : 0,
                        word: text.words[index])
                }
            }
        }
        result.isTruncated = first.isTruncated || second?.isTruncated == true
        return result
    }
}

extension TruncationStrategy {
    /// Shortens texts until both together have `limit` tokens at most, as the tokenizers of transformers do.
    ///
    /// - Returns: whether that could be done: a text that is to stay as it is may be too long by itself.
    func truncate(_ first: inout EncodedText, _ second: inout EncodedText?, to limit: Int) -> Bool {
        let excess = first.count + (second?.count ?? 0) - limit
        guard excess > 0 else { return true }
        switch (self, second) {
        case (.onlyFirst, _), (.longestFirst, nil):
            guard excess <= first.count else { return false }
            first.truncate(to: first.count - excess)
        case (.onlySecond, let other):
            guard let other, excess <= other.count else { return false }
            second?.truncate(to: other.count - excess)
        case (.longestFirst, let other?):
            let shorter = min(first.count, other.count)
            var (kept, longer) = (shorter, shorter > limit ? shorter : max(shorter, limit - shorter))
            if kept + longer > limit { (kept, longer) = (limit / 2, limit / 2 + limit % 2) }
            let isFirstLonger = first.count > other.count
            first.truncate(to: isFirstLonger ? longer : kept)
            second?.truncate(to: isFirstLonger ? kept : longer)
        }
        return true
    }
}
