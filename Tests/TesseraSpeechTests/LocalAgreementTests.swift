import TesseraSpeech
import Testing

/// What is certain of made-up decodings.
@Suite struct LocalAgreementTests {
    /// Words that last half a second each.
    private func words(_ text: String, from start: Double = 0) -> [TranscribedWord] {
        text.split(separator: " ").enumerated().map { index, word in
            let start = start + Double(index) / 2
            return TranscribedWord(word: " " + word, start: start, end: start + 0.5, probability: 1)
        }
    }

    private func text(_ words: [TranscribedWord]) -> String { words.map(\.word).joined().trimmed }

    @Test func whatTwoDecodingsAgreeOnIsCertain() {
        var agreement = LocalAgreement()
        #expect(agreement.add(words("and so"), heardUntil: 60).isEmpty)
        #expect(text(agreement.add(words("and so my fell"), heardUntil: 60)) == "and so")
        #expect(text(agreement.add(words("and so my fellow"), heardUntil: 60)) == "my")
        #expect(text(agreement.tentative) == "fellow")
        #expect(text(agreement.add(words("and so my fellow americans"), heardUntil: 60)) == "fellow")
        #expect(text(agreement.commitAll()) == "americans" && agreement.tentative.isEmpty)
        #expect(text(agreement.committed) == "and so my fellow americans")
    }

    /// What the model finds unlikely waits until enough is heard behind it, and so does what follows.
    @Test func unlikelyWordsWait() {
        var agreement = LocalAgreement()
        var decoded = words("and so my fellow")
        decoded[1].probability = 0.3
        _ = agreement.add(decoded, heardUntil: 2)
        #expect(text(agreement.add(decoded, heardUntil: 3.9)) == "and")
        #expect(text(agreement.add(decoded, heardUntil: 4.1)) == "so my fellow")
    }

    @Test func lettersAndDigitsAloneAreCompared() {
        var agreement = LocalAgreement()
        _ = agreement.add(words("and so, my"), heardUntil: 60)
        #expect(text(agreement.add(words("And so my."), heardUntil: 60)) == "And so my.")
    }

    /// What is certain stays, however the next decodings have it, and what follows is found behind it.
    @Test(arguments: [
        "one two three for five six", "one two three four five six", "won two free four five six",
        "two three four five six",
        "one one two three four five six",
    ])
    func certainWordsStay(hypothesis: String) {
        var agreement = LocalAgreement()
        for _ in 0..<2 { _ = agreement.add(words("one two three four"), heardUntil: 60) }
        let start = 2 - 0.5 * Double(hypothesis.split(separator: " ").count - 2)
        for _ in 0..<2 { _ = agreement.add(words(hypothesis, from: start), heardUntil: 60) }
        #expect(text(agreement.committed) == "one two three four five six")
    }

    /// A decoding that has nothing of the certain words, but what was said behind them.
    @Test func wordsBehindAreNotTakenForCertainOnes() {
        var agreement = LocalAgreement()
        for _ in 0..<2 { _ = agreement.add(words("one two three four"), heardUntil: 60) }
        for _ in 0..<2 { _ = agreement.add(words("five six seven", from: 3), heardUntil: 60) }
        #expect(text(agreement.committed) == "one two three four five six seven")
    }

    @Test func timesGoOn() {
        var agreement = LocalAgreement(after: 0.7)
        for _ in 0..<2 { _ = agreement.add(words("one two three"), heardUntil: 60) }
        for _ in 0..<2 { _ = agreement.add(words("one two three four five", from: -0.4), heardUntil: 60) }
        let times = agreement.committed.flatMap { [$0.start, $0.end] }
        #expect(agreement.committed.count == 5 && times[0] == 0.7 && times == times.sorted())
    }

    @Test func forgottenWordsAreGone() {
        var agreement = LocalAgreement()
        for _ in 0..<2 { _ = agreement.add(words("one two three"), heardUntil: 60) }
        agreement.forget(2)
        for _ in 0..<2 { _ = agreement.add(words("three four", from: 1), heardUntil: 60) }
        #expect(text(agreement.committed) == "three four")
    }
}
