internal import TesseraFiles

/// Cuts tokens into words (openai/whisper, `split_to_word_tokens`).
struct WordTokens {
    private let vocabulary: WhisperVocabulary

    init(_ vocabulary: WhisperVocabulary) { self.vocabulary = vocabulary }

    /// Languages that are written without spaces: there every character counts as a word.
    private static let withoutSpaces: Set<String> = ["zh", "ja", "th", "lo", "my", "yue"]
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    func words(_ tokens: [Int32], language: String?) -> (words: [String], tokens: [[Int32]]) {
        let characters = wholeCharacters(tokens)
        guard !WordTokens.withoutSpaces.contains(language ?? "en") else { return characters }
        var result: (words: [String], tokens: [[Int32]]) = ([], [])
        for (part, ids) in zip(characters.words, characters.tokens) {
            let isSpecial = ids[0] >= vocabulary.endOfText
            if isSpecial || beginsWord(part) || result.words.isEmpty {
                result.words.append(part)
                result.tokens.append(ids)
            } else {
                result.words[result.words.count - 1].unicodeScalars += part.unicodeScalars
                result.tokens[result.tokens.count - 1] += ids
            }
        }
        return result
    }

    /// The smallest runs of tokens that end where a character ends.
    private func wholeCharacters(_ tokens: [Int32]) -> (words: [String], tokens: [[Int32]]) {
        let whole = Array(vocabulary.tokenizer.decode(tokens, skippingSpecialTokens: false).unicodeScalars)
        var result: (words: [String], tokens: [[Int32]]) = ([], [])
        var current: [Int32] = []
        var offset = 0
        for token in tokens {
            current.append(token)
            let decoded = vocabulary.tokenizer.decode(current, skippingSpecialTokens: false)
            let scalars = Array(decoded.unicodeScalars)
            // A replacement character stands for half a character, or for itself.
            let broken = scalars.firstIndex(of: WordTokens.replacement).map { offset + $0 }
            guard broken.map({ $0 < whole.count && whole[$0] == WordTokens.replacement }) ?? true else { continue }
            result.words.append(decoded)
            result.tokens.append(current)
            current = []
            offset += scalars.count
        }
        return result
    }
}

/// Whether a part of a text begins a word: with a space, or as punctuation, or where it is white space alone.
package func beginsWord(_ part: String) -> Bool { part.hasSpaceInFront || punctuation.holds(part.trimmed) }

/// `string.punctuation` of Python, in its order.
private let punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

extension String {
    var hasSpaceInFront: Bool { unicodeScalars.first == " " }

    /// Whether `part`, which may be empty, occurs in the text.
    func holds(_ part: String) -> Bool {
        let (whole, part) = (Array(utf8), Array(part.utf8))
        guard !part.isEmpty else { return true }
        guard whole.count >= part.count else { return false }
        return (0...whole.count - part.count).contains { whole[$0..<$0 + part.count].elementsEqual(part) }
    }
}
