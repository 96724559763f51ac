import TesseraFiles
import TestSupport
import Testing

/// What the models that ship make of texts, without --model.
@Suite struct ShippedTests {
    @Test(arguments: ["f32", "bf16", "int8"])
    func translatesBothWays(precision: String) throws {
        let options = ["translate", "--precision", precision]
        let english = try transformText(options + ["--to", "en", "Zwei Männer stehen vor einem Haus."])
        #expect(english.code == 0 && english.output == "Two men are standing in front of a house.\n", "\(english)")
        let german = try transformText(options + ["--from", "en", "--to", "de", "A child plays with a dog."])
        #expect(german.code == 0 && german.output == "Ein Kind spielt mit einem Hund.\n", "\(german)")
    }

    @Test func saysWhichLanguagesItKnows() throws {
        let french = try transformText(["translate", "--to", "fr", "A child plays with a dog."])
        #expect(french.code == 65 && french.errors.contains("de, en"), "\(french)")
    }

    @Test(arguments: ["f32", "bf16", "int8"])
    func judgesReviews(precision: String) throws {
        let reviews = [
            ("A quiet, beautiful film.", "positive"), ("It is far too long, and not even funny.", "negative"),
            ("One of the best films of the year", "positive"), ("a dull, lifeless and pointless mess", "negative"),
        ]
        let outcome = try transformText(
            ["classify", "--top-k", "1", "--precision", precision] + reviews.map(\.0))
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && lines.count == reviews.count, "\(outcome)")
        for (line, review) in zip(lines, reviews) { #expect(line.hasPrefix(review.1)) }
    }

    @Test func vectorsOfLikeTextsAreNear() throws {
        let outcome = try transformText(
            [
                "embed", "A quiet, beautiful film.", "A moving story, told with warmth.",
                "It is far too long, and not even funny.",
            ])
        let vectors = outcome.output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Float($0) } }
        #expect(outcome.code == 0 && vectors.count == 3 && vectors.allSatisfy { $0.count == 128 })
        func likeness(_ one: Int, _ other: Int) -> Float {
            zip(vectors[one], vectors[other]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(likeness(0, 1) > likeness(0, 2) && abs(likeness(0, 0) - 1) < 1e-3)
    }
}
