/// What English writes short and speaks in full, as openai/whisper's normaliser has it.
enum EnglishWords {
    static let fillers: Set<String> = ["hmm", "mm", "mhm", "mmm", "uh", "um"]

    /// - Parameter next: the word that follows, which tells "he's gone" (has) from "he's there" (is).
    static func writtenOut(_ word: String, before next: String?) -> [String] {
        if let words = whole[word] { return words }
        for (ending, words) in endings where word.hasSuffix(ending) && word.utf8.count > ending.utf8.count {
            let stem = String(word.dropLast(ending.count))
            let isPerfect = next.map { perfect[ending]?.contains($0) ?? false } ?? false
            return withoutApostrophes(stem) + [isPerfect ? (ending == "'d" ? "had" : "has") : words]
        }
        return withoutApostrophes(word)
    }

    private static func withoutApostrophes(_ word: String) -> [String] {
        word.split(separator: "'").map(String.init)
    }

    private static let whole: [String: [String]] = [
        "won't": ["will", "not"], "can't": ["can", "not"], "let's": ["let", "us"], "ain't": ["aint"],
        "y'all": ["you", "all"], "wanna": ["want", "to"], "gotta": ["got", "to"], "gonna": ["going", "to"],
        "i'ma": ["i", "am", "going", "to"], "imma": ["i", "am", "going", "to"], "woulda": ["would", "have"],
        "coulda": ["could", "have"], "shoulda": ["should", "have"], "ma'am": ["madam"],
        "mr": ["mister"], "mrs": ["missus"], "st": ["saint"], "dr": ["doctor"], "prof": ["professor"],
        "jr": ["junior"], "sr": ["senior"],
    ]

    /// The first that fits counts.
    private static let endings = [
        ("n't", "not"), ("'re", "are"), ("'s", "is"), ("'d", "would"), ("'ll", "will"), ("'t", "not"), ("'ve", "have"),
        ("'m", "am"),
    ]

    private static let perfect: [String: Set<String>] = [
        "'s": ["been", "gone", "got"], "'d": ["been", "gone", "done"],
    ]
}
