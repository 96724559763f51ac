internal import TesseraFiles

extension TextSplitter {
    /// The steps of tokenizer.json's `pre_tokenizer`, and whether they end with spelling by bytes.
    ///
    /// - Throws: `FileError.badData` naming the kind that is not known, or what is wrong with a step.
    static func steps(_ file: JSONObject) throws(FileError) -> (steps: [TextSplitter], isByteLevel: Bool) {
        var steps: [TextSplitter] = []
        var isByteLevel = false
        for step in try file.steps("pre_tokenizer", list: "pretokenizers") {
            guard !isByteLevel else {
                let kind = try step.string("type").quoted
                throw step.error("type", "\(kind) behind ByteLevel, which changes all letters, is not supported")
            }
            let splitter = try TextSplitter(step)
            steps.append(splitter)
            if case .byteLevel = splitter { isByteLevel = true }
        }
        return (steps, isByteLevel)
    }

    private init(_ step: JSONObject) throws(FileError) {
        let kind = try step.string("type")
        switch kind {
        case "ByteLevel":
            self = .byteLevel(
                addsPrefixSpace: try step.boolean("add_prefix_space", default: true),
                splitsWords: try step.boolean("use_regex", default: true))
        case "Metaspace": self = .metaspace(try Metaspace(step))
        case "Split":
            self = .pattern(
                try TextPattern(step),
                try SplitBehavior(step, isInverted: try step.boolean("invert", default: false)))
        case "WhitespaceSplit": self = .pattern(.characters { CharacterKind($0).isSpace }, .removed)
        case "Whitespace": self = .pattern(try .expression(#"\w+|[^\w\s]+"#, step), .onlyMatches)
        case "Digits":
            let isSingle = try step.boolean("individual_digits", default: false)
            self = .pattern(try .expression(#"\p{N}"#, step), isSingle ? .isolated : .contiguous)
        case "Punctuation": self = .pattern(.characters(\.isBERTPunctuation), try SplitBehavior(step))
        default: throw step.error("type", "cutting text by \(kind.quoted) is not supported")
        }
    }
}

extension TextPattern {
    fileprivate static func expression(_ text: String, _ step: JSONObject) throws(FileError) -> TextPattern {
        do throws(ExpressionParser.Refusal) { return .expression(try Expression(text)) } catch {
            throw step.error("type", error.cause)
        }
    }
}

extension TextSplitter.Metaspace {
    /// - Throws: `FileError.badData` naming what is wrong with it.
    init(_ step: JSONObject) throws(FileError) {
        let replacement = try step.string("replacement", default: "\u{2581}")
        guard replacement.unicodeScalars.count == 1, replacement != " " else {
            throw step.error("replacement", "it must be one character other than a space")
        }
        symbol = Array(replacement.utf8)
        splits = try step.boolean("split", default: true)
        // Old files say only whether there is one.
        let standard = try step.boolean("add_prefix_space", default: true) ? "always" : "never"
        let name = try step.string("prepend_scheme", default: standard)
        guard let prefix = Prefix(rawValue: name) else {
            throw step.error("prepend_scheme", "\(name.quoted) is not known; it is 'always', 'first' or 'never'")
        }
        self.prefix = prefix
    }
}

extension SplitBehavior {
    fileprivate init(_ step: JSONObject, isInverted: Bool = false) throws(FileError) {
        let name = try step.string("behavior", default: "Isolated")
        switch (SplitBehavior(rawValue: name), isInverted) {
        case (let behavior?, false) where behavior != .onlyMatches: self = behavior
        case (.removed?, true): self = .onlyMatches
        case (.isolated?, true): self = .isolated
        case (.contiguous?, true): self = .contiguous
        default: throw step.error("behavior", "\(name.quoted)\(isInverted ? " with 'invert'" : "") is not supported")
        }
    }
}
