internal import TesseraFiles

/// What BERT does to a text before it looks for pieces of words.
struct WordPieceRules: Sendable {
    /// Whether control characters are left out, and every space is a space.
    var cleansText = true
    /// Whether Chinese characters are words of their own.
    var splitsChinese = true
    var stripsAccents = true
    var lowercases = true

    /// tokenizer.json's `normalizer`.
    ///
    /// - Throws: `FileError` naming a kind that is not known.
    init(normalizer: JSONObject?) throws(FileError) {
        guard let normalizer else {
            (cleansText, splitsChinese, stripsAccents, lowercases) = (false, false, false, false)
            return
        }
        let kind = try normalizer.string("type")
        guard kind == "BertNormalizer" else {
            throw normalizer.error("type", "\(kind.quoted) is not known; beside WordPiece it must be BertNormalizer")
        }
        cleansText = try normalizer.boolean("clean_text", default: true)
        splitsChinese = try normalizer.boolean("handle_chinese_chars", default: true)
        lowercases = try normalizer.boolean("lowercase", default: true)
        stripsAccents = try normalizer.boolean("strip_accents", default: lowercases)
    }

    /// tokenizer_config.json's settings, where there is no tokenizer.json.
    init(settings: JSONObject?) throws(FileError) {
        guard let settings else { return }
        splitsChinese = try settings.boolean("tokenize_chinese_chars", default: true)
        lowercases = try settings.boolean("do_lower_case", default: true)
        stripsAccents = try settings.boolean("strip_accents", default: lowercases)
    }
}

extension Unicode.Scalar {
    /// Whether Unicode 8 has it, which the reference's tables of categories are of: to them what came later is no punctuation, no mark
    /// and no control character.
    var isOfUnicode8: Bool { properties.age.map { $0 <= (8, 0) } ?? false }

    /// Whether it is an accent that BERT leaves out: a nonspacing mark, as Unicode 8 has them.
    var isBERTAccent: Bool {
        switch value {
        case 0x1734, 0x1171E: true  // which later became spacing marks
        case 0x1885, 0x1886, 0xA9BD, 0x111C9: false  // which later became nonspacing ones
        default: properties.generalCategory == .nonspacingMark && isOfUnicode8
        }
    }

    /// Whether BERT leaves it out.
    var isUnprintable: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: return false
        case 0x20..<0x7F: return false
        case 0, 0xFFFD: return true
        default: break
        }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse: return isOfUnicode8
        default: return false
        }
    }

    /// Whether it is a word of its own for BERT: all of ASCII that is neither letter nor digit, and Unicode's punctuation.
    var isBERTPunctuation: Bool {
        switch value {
        case 33...47, 58...64, 91...96, 123...126: return true
        case ..<128: return false
        case 0x166D, 0x111C9: return true  // which later became a symbol and a mark
        default: break
        }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return isOfUnicode8
        default: return false
        }
    }

    /// Whether BERT takes it for a Chinese character.
    var isChinese: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
