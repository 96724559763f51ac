import TesseraSpeech
import Testing

/// Error rates and the texts that they compare.
@Suite struct EvaluationTests {
    struct Case: Sendable {
        let reference, hypothesis: String
        let hits, substitutions, insertions, deletions: Int

        init(_ reference: String, _ hypothesis: String, _ counts: (Int, Int, Int, Int)) {
            (self.reference, self.hypothesis) = (reference, hypothesis)
            (hits, substitutions, insertions, deletions) = counts
        }

        var expected: ErrorRate {
            var rate = ErrorRate()
            (rate.hits, rate.substitutions, rate.insertions, rate.deletions) =
                (hits, substitutions, insertions, deletions)
            return rate
        }
    }

    @Test(
        "Words: hits, substitutions, insertions, deletions",
        arguments: [
            Case("three one four", "three one four", (3, 0, 0, 0)),
            Case("three one four", "three one for", (2, 1, 0, 0)),
            Case("three one four", "three four", (2, 0, 0, 1)),
            Case("three one four", "three one one four", (3, 0, 1, 0)),
            Case("one two three four", "two three four five", (3, 0, 1, 1)),
            Case("one two", "two three", (1, 0, 1, 1)),
            Case("one two three", "", (0, 0, 0, 3)),
            Case("", "one two", (0, 0, 2, 0)),
            Case("", "", (0, 0, 0, 0)),
            Case("  one\ttwo\n", "one  two", (2, 0, 0, 0)),
        ])
    func words(one: Case) { #expect(ErrorRate.words(one.hypothesis, against: one.reference) == one.expected) }

    @Test(
        "Characters: spaces between words count, those around the text do not",
        arguments: [
            Case("four", "for", (3, 0, 0, 1)), Case("kitten", "sitting", (4, 2, 1, 0)), Case("a b", "ab", (2, 0, 0, 1)),
            Case(" one ", "one", (3, 0, 0, 0)), Case("é", "e", (0, 1, 0, 0)), Case("  ", "", (0, 0, 0, 0)),
        ])
    func characters(one: Case) { #expect(ErrorRate.characters(one.hypothesis, against: one.reference) == one.expected) }

    @Test("The rate is of the sums, not the mean of the rates")
    func sums() {
        var total = ErrorRate()
        #expect(total.rate == 0)
        total += ErrorRate.words("one", against: "two")
        total += ErrorRate.words("one two three", against: "one two three")
        #expect(total.rate == 0.25 && total.errors == 1 && total.referenceCount == 4)
        #expect(ErrorRate.words("a b c", against: "x").rate == 3)
        #expect(ErrorRate.words("a b", against: "").rate == 2)
    }

    /// Against every alignment there is, found by trying them all.
    @Test("No alignment has fewer errors, nor as few and more hits", arguments: 0..<40)
    func optimal(seed: Int) {
        func sequence(_ salt: Int, count: Int) -> [Int] { (0..<count).map { (seed * 31 + salt + $0 * $0 * 7) / 5 % 3 } }
        let (reference, hypothesis) = (sequence(3, count: seed % 6), sequence(11, count: seed / 6))
        func best(_ said: ArraySlice<Int>, _ written: ArraySlice<Int>) -> (errors: Int, hits: Int) {
            guard let first = said.first, let other = written.first else { return (said.count + written.count, 0) }
            let (a, b) = (best(said.dropFirst(), written), best(said, written.dropFirst()))
            let c = best(said.dropFirst(), written.dropFirst())
            let candidates = [
                (a.errors + 1, a.hits), (b.errors + 1, b.hits),
                first == other ? (c.errors, c.hits + 1) : (c.errors + 1, c.hits),
            ]
            return candidates.min { ($0.0, -$0.1) < ($1.0, -$1.1) } ?? (0, 0)
        }
        let expected = best(reference[...], hypothesis[...])
        let rate = ErrorRate(hypothesis, against: reference)
        #expect(rate.errors == expected.errors && rate.hits == expected.hits)
        #expect(rate.referenceCount == reference.count)
        #expect(rate.hits + rate.substitutions + rate.insertions == hypothesis.count)
    }

    @Test(
        "English is made alike",
        arguments: [
            ("Three, one -- FOUR!", "3 1 4"), ("3 = three", "3 3"), ("forty-two", "42"), ("42", "42"),
            ("nineteen hundred and seven", "1907"), ("two thousand and five", "2005"),
            ("one million two hundred thousand thirty", "1200030"), ("three one hundred", "3 100"),
            ("five thousand two million", "5000 2000000"), ("a hundred and one", "a hundred and 1"),
            ("two hundred and three hundred", "200 and 300"), ("zero hundred", "0 hundred"), ("twenty ten", "20 10"),
            ("1,000.50 dollars", "1000.50 dollars"), ("It costs $5.", "it costs 5"), ("007", "007"),
            ("I can't, won't and don't", "i can not will not and do not"), ("we’re", "we are"),
            ("he 's been there", "he has been there"), ("it's late", "it is late"), ("she'd gone", "she had gone"),
            ("they'd go", "they would go"), ("rock 'n' roll", "rock n roll"), ("'tis", "tis"),
            ("Mr. and Mrs. Smith", "mister and missus smith"), ("Hmm, uh, well", "well"),
            ("[noise] yes (laughs) <unk>", "yes"), ("a (b", "a b"), ("", ""), ("...", ""), ("'", ""),
        ])
    func english(text: String, expected: String) {
        #expect(TextNormalizer()(text) == expected)
        #expect(TextNormalizer()(expected) == expected)
    }

    @Test(
        "Other languages keep their letters and marks",
        arguments: [
            ("„Grüße, Café!“", "grüße café"), ("L’été – déjà", "l été déjà"), ("हिन्दी।", "हिन्दी"),
            ("three uh 1,5", "three uh 1 5"),
            ("[bruit] oui", "oui"),
        ])
    func basic(text: String, expected: String) { #expect(TextNormalizer(language: "fr")(text) == expected) }
}
