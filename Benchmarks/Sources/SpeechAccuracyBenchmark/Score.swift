import TesseraSpeech

/// What came of a set of recordings.
struct Score: CustomStringConvertible {
    private var words = ErrorRate()
    private var characters = ErrorRate()
    /// Recordings in which someone speaks, and those of them that are wholly right.
    private var (spoken, right) = (0, 0)
    /// Recordings in which nobody speaks, and those of them that gave text nevertheless.
    private var (silent, invented) = (0, 0)

    /// - Parameters:
    ///   - text: what the model wrote down.
    ///   - said: what was said; empty where nobody speaks.
    /// - Returns: whether the text is wholly right.
    mutating func add(_ text: String, of said: String, language: String) -> Bool {
        let normalized = TextNormalizer(language: language)
        let (hypothesis, reference) = (normalized(text), normalized(said))
        if reference.isEmpty {
            silent += 1
            invented += hypothesis.isEmpty ? 0 : 1
        } else {
            spoken += 1
            right += hypothesis == reference ? 1 : 0
            words += ErrorRate.words(hypothesis, against: reference)
            characters += ErrorRate.characters(hypothesis, against: reference)
        }
        return hypothesis == reference
    }

    var description: String {
        var parts: [String] = []
        if spoken > 0 {
            parts.append(
                "word error rate \(percent(words.rate)) (of \(words.referenceCount) words "
                    + "\(words.substitutions) substituted, \(words.insertions) inserted, \(words.deletions) deleted), "
                    + "character error rate \(percent(characters.rate)), "
                    + "\(right) of \(spoken) recordings wholly right (\(percent(Double(right) / Double(spoken))))")
        }
        if silent > 0 { parts.append("text in \(invented) of \(silent) recordings in which nobody speaks") }
        return parts.joined(separator: "; ")
    }

    private func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
}
