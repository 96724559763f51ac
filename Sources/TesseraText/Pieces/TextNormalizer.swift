/// What is done to a text before it is cut into pieces: tokenizer.json's `normalizer`, a step at a time.
enum TextNormalizer: Sendable {
    case form(UnicodeForm)
    case lowercase
    case stripAccents
    case bert(WordPieceRules)
    case prepend([UInt8])
    case replace(TextPattern, [UInt8])
    case characterMap(CharacterMap)
    case strip(left: Bool, right: Bool)
    case nmt
    /// What a SentencePiece model does, where its file alone is there; in some tokenizers the first word of a whole text alone is given a
    /// space, and not those that follow a special token.
    case sentencePiece(SentencePieceNormalizer, atStartOnly: Bool)

    func apply(to text: inout AlignedText) {
        switch self {
        case .form(let form): form.apply(to: &text)
        case .lowercase: Self.lowercase(&text)
        case .stripAccents: if !text.bytes.isASCII { text.filter { !$0.isMark } }
        case .bert(let rules): Self.applyBERT(rules, &text)
        case .prepend(let content):
            var whole = [text.bytes.indices]
            if !text.isEmpty { text.prepend(content, to: &whole) { _ in true } }
        case .replace(let pattern, let content): text.replace(pattern.matches(in: text.bytes), with: content)
        case .characterMap(let map): map.apply(to: &text)
        case .strip(let left, let right): Self.strip(&text, left, right)
        case .nmt: Self.applyNMT(&text)
        case .sentencePiece(let normalizer, let atStartOnly):
            let isInside = atStartOnly && text.origin > 0
            let normal = (isInside ? normalizer.withoutDummyPrefix : normalizer).normalForm(of: text.bytes)
            text.replaceAll(with: normal.bytes, from: normal.sources)
        }
    }

    private static func lowercase(_ text: inout AlignedText) {
        if text.bytes.isASCII { return text.mapBytes { (0x41...0x5A).contains($0) ? $0 + 32 : $0 } }
        var changes: [AlignedText.Change] = []
        text.forEachScalar { scalar, _ in
            for (index, lower) in scalar.properties.lowercaseMapping.unicodeScalars.enumerated() {
                changes.append((lower, index == 0 ? 0 : 1))
            }
        }
        text.transform(changes)
    }

    private static func applyBERT(_ rules: WordPieceRules, _ text: inout AlignedText) {
        if rules.cleansText {
            text.filter { !$0.isUnprintable }
            map(&text) { $0.isSpace ? " " : $0 }
        }
        if rules.splitsChinese, !text.bytes.isASCII {
            var changes: [AlignedText.Change] = []
            text.forEachScalar { scalar, _ in
                changes += scalar.isChinese ? [(" ", 0), (scalar, 1), (" ", 1)] : [(scalar, 0)]
            }
            text.transform(changes)
        }
        if rules.stripsAccents {
            UnicodeForm.canonicalDecomposed.apply(to: &text)
            text.filter { !$0.isBERTAccent }
        }
        if rules.lowercases { lowercase(&text) }
    }

    /// The rules for space and control characters with which models of Neural Machine Translation were trained.
    private static func applyNMT(_ text: inout AlignedText) {
        text.filter { scalar in
            switch scalar.value {
            case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0x8F, 0x9F: false
            default: true
            }
        }
        map(&text) { scalar in
            switch scalar.value {
            case 0x9, 0xA, 0xC, 0xD, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: " "
            default: scalar
            }
        }
    }

    private static func map(_ text: inout AlignedText, _ body: (Unicode.Scalar) -> Unicode.Scalar) {
        var changes: [AlignedText.Change] = []
        text.forEachScalar { scalar, _ in changes.append((body(scalar), 0)) }
        text.transform(changes)
    }

    private static func strip(_ text: inout AlignedText, _ left: Bool, _ right: Bool) {
        var (start, end) = (0, text.bytes.count)
        while left, start < end, case (let first, let length) = scalar(in: text.bytes, at: start), first.isSpace {
            start += length
        }
        while right, end > start, let (last, length) = scalar(in: text.bytes, before: end), last.isSpace {
            end -= length
        }
        text.keep(start..<end)
    }
}

extension Unicode.Scalar {
    /// Whether it is a mark as Unicode 9 has them.
    fileprivate var isMark: Bool {
        switch value {
        case 0x1CF2, 0x1CF3: return true  // which later became letters
        case 0x111C9: return false  // which later became one
        default: break
        }
        return switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: isOfUnicode9
        default: false
        }
    }
}
