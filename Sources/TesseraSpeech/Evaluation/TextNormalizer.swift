internal import TesseraFiles

/// Makes texts alike that say the same, so that a transcript is not held wrong for its commas or capitals.
///
/// ```swift
/// print(TextNormalizer()("Mr. Smith won't pay $42."))  // mister smith will not pay 42
/// ```
///
/// The rules are the core of those of openai/whisper (Radford et al., 2022, appendix C). For all languages: lower case,
/// what stands in brackets left out, punctuation and symbols become spaces, white space becomes one space. For English
/// also: fillers (`hmm`, `uh`) left out, contractions and titles written out, cardinal numbers as digits
/// (`NumberWords`).
///
/// Other than there: combining marks stay in every language, since whole scripts are written with them. Digits said one
/// by one stay so many words ("three one" is `3 1`, not `31`), so that an error in one is an error in one. Left out are
/// British and American spellings as well as ordinals, fractions, signs of currencies and of percent beside numbers.
public struct TextNormalizer: Sendable {
    private let isEnglish: Bool

    /// - Parameter language: the code of the texts' language.
    public init(language: String = "en") { isEnglish = language == "en" }

    /// The text in its plain form: words with one space between them.
    public func callAsFunction(_ text: String) -> String {
        let words = split(withoutBrackets(text.lowercased()))
        guard isEnglish else { return words.joined(separator: " ") }
        return NumberWords.asDigits(writtenOut(words)).joined(separator: " ")
    }

    /// Without `[noise]`, `<unk>` and `(laughs)`; a bracket without its other half is a symbol like others.
    private func withoutBrackets(_ text: String) -> String.UnicodeScalarView {
        var kept = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            rest.removeFirst()
            if let closing = TextNormalizer.brackets[scalar], let end = rest.firstIndex(where: closing.contains) {
                rest = rest[rest.index(after: end)...]
                kept.append(" ")
            } else {
                kept.append(scalar)
            }
        }
        return kept
    }

    private static let brackets: [Unicode.Scalar: Set<Unicode.Scalar>] = [
        "[": ["]", ">"], "<": ["]", ">"], "(": [")"],
    ]

    /// The words between white space and symbols. English words keep apostrophes, as contractions need them, and
    /// numbers the point before their decimals; the comma between their thousands is left out.
    private func split(_ text: String.UnicodeScalarView) -> [String] {
        var words: [String.UnicodeScalarView] = [.init()]
        let scalars = Array(text)
        for (index, scalar) in scalars.enumerated() {
            let isAmongDigits =
                index > 0 && scalars[index - 1].isDigit && index + 1 < scalars.count
                && scalars[index + 1].isDigit
            switch scalar {
            case "'" where isEnglish, "’" where isEnglish:
                // "he 's" is "he's".
                if words.count > 1, words[words.count - 1].isEmpty { words.removeLast() }
                words[words.count - 1].append("'")
            case "." where isEnglish && isAmongDigits: words[words.count - 1].append(scalar)
            case "," where isEnglish && isAmongDigits: break
            case _ where scalar.isPythonSpace || scalar.isSymbol:
                if !words[words.count - 1].isEmpty { words.append(.init()) }
            default: words[words.count - 1].append(scalar)
            }
        }
        return words.filter { !$0.isEmpty }.map(String.init)
    }

    /// Without fillers, and with contractions and titles in full.
    private func writtenOut(_ words: [String]) -> [String] {
        let words = words.filter { !EnglishWords.fillers.contains($0) }
        return words.enumerated().flatMap { index, word in
            EnglishWords.writtenOut(word, before: index + 1 < words.count ? words[index + 1] : nil)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

    /// Punctuation and symbols (Unicode's categories P and S).
    fileprivate var isSymbol: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            true
        default: false
        }
    }
}
