internal import TesseraFiles

/// How a transcript differs from what was said: the fewest words (or characters) to substitute, insert and delete that
/// make one of the other (Levenshtein, 1966), and their share of all that was said.
///
/// ```swift
/// let rate = ErrorRate.words("three one for", against: "three one four")
/// print(rate.rate)  // 0.3333333333333333
/// ```
///
/// Of many recordings the counts are added and the share is taken of the sums, as jiwer does. Nothing is normalised
/// here: see `TextNormalizer`.
public struct ErrorRate: Sendable, Equatable {
    /// Said, and written down rightly.
    public var hits = 0
    /// Said, and written down as something else.
    public var substitutions = 0
    /// Written down, but not said.
    public var insertions = 0
    /// Said, but not written down.
    public var deletions = 0

    /// Of nothing: where counting begins.
    public init() {}

    /// What was written down wrongly, too much or not at all.
    public var errors: Int { substitutions + insertions + deletions }

    /// How many words or characters were said.
    public var referenceCount: Int { hits + substitutions + deletions }

    /// Errors by what was said: 0 is perfect, and insertions can lift it above 1. Where nothing was said, it is the
    /// number of insertions.
    public var rate: Double { Double(errors) / Double(max(1, referenceCount)) }

    /// Of words, which white space separates.
    public static func words(_ hypothesis: String, against reference: String) -> ErrorRate {
        ErrorRate(hypothesis.words, against: reference.words)
    }

    /// Of characters (Unicode code points), the spaces between words among them, and those before and after the text
    /// not.
    public static func characters(_ hypothesis: String, against reference: String) -> ErrorRate {
        ErrorRate(Array(hypothesis.trimmed.unicodeScalars), against: Array(reference.trimmed.unicodeScalars))
    }

    /// Of any two sequences. Among several ways with the fewest errors, the one with the most hits counts.
    public init<Element: Equatable>(_ hypothesis: [Element], against reference: [Element]) {
        // Wagner and Fischer's table, of which one row is kept: how the first elements of the hypothesis, as many as
        // the column says, differ from those of the reference up to the row's.
        var row = (0...hypothesis.count).map { ErrorRate(insertions: $0) }
        for (index, said) in reference.enumerated() {
            var diagonal = row[0]
            row[0].deletions = index + 1
            for (column, written) in hypothesis.enumerated() {
                var best = diagonal
                diagonal = row[column + 1]
                if written == said { best.hits += 1 } else { best.substitutions += 1 }
                var insertion = row[column]
                insertion.insertions += 1
                var deletion = diagonal
                deletion.deletions += 1
                if insertion.isBetter(than: best) { best = insertion }
                row[column + 1] = deletion.isBetter(than: best) ? deletion : best
            }
        }
        self = row[hypothesis.count]
    }

    private init(insertions: Int) { self.insertions = insertions }

    private func isBetter(than other: ErrorRate) -> Bool {
        errors == other.errors ? hits > other.hits : errors < other.errors
    }

    /// Adds the counts of another recording, or of another part of one.
    public static func += (total: inout ErrorRate, part: ErrorRate) {
        total.hits += part.hits
        total.substitutions += part.substitutions
        total.insertions += part.insertions
        total.deletions += part.deletions
    }
}
