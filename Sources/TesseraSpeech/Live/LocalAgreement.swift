/// Commits the words that two decodings in turn agree on: LocalAgreement-2 of Macháček, Dabre and Bojar, "Turning Whisper into a
/// Real-Time Transcription System" (2023).
///
/// Capital letters and punctuation do not count when words are compared, for they change with every word that is heard behind them;
/// they are committed as the later decoding has them. Beyond the paper, words that the model itself finds unlikely wait longer: most words
/// that are wrong are of that kind, and a word that is certain cannot be taken back.
package struct LocalAgreement: Sendable, Equatable {
    /// The words of the window that are certain.
    package private(set) var committed: [TranscribedWord] = []
    /// What the last decoding has behind them.
    package private(set) var tentative: [TranscribedWord] = []

    /// When the last word that is certain ended, in seconds.
    package private(set) var end: Double

    /// - Parameter end: in seconds, before which no word begins.
    package init(after end: Double = 0) { self.end = end }

    /// A word that either decoding finds less likely than this is not certain yet …
    private static let leastProbability = 0.5
    /// … unless so many seconds of sound lie behind it that the model knows all that it will.
    private static let patience = 3.0

    /// Takes the words of the next decoding of the window, which has grown meanwhile.
    ///
    /// - Parameter edge: where the window's sound ends, in seconds.
    /// - Returns: the words that are certain now.
    package mutating func add(_ hypothesis: [TranscribedWord], heardUntil edge: Double) -> [TranscribedWord] {
        let rest = hypothesis.dropFirst(WordMatching.end(of: committed, in: hypothesis))
        let agreed = zip(rest, tentative).prefix { new, old in
            let isLikely = min(new.probability, old.probability) >= Self.leastProbability
            return new.comparisonKey == old.comparisonKey && (isLikely || new.end < edge - Self.patience)
        }.count
        tentative = Array(rest)
        return commit(agreed)
    }

    /// Commits what the last decoding has, where nothing more is to be heard.
    package mutating func commitAll() -> [TranscribedWord] { commit(tentative.count) }

    /// Gives up the first committed words, which the window no longer holds.
    package mutating func forget(_ count: Int) { committed.removeFirst(count) }

    private mutating func commit(_ count: Int) -> [TranscribedWord] {
        let words = tentative.prefix(count).map { word in
            var word = word
            // Each decoding finds other times: those that were committed stay, and the others follow them.
            word.start = max(word.start, end)
            word.end = max(word.end, word.start)
            end = word.end
            return word
        }
        tentative.removeFirst(count)
        committed += words
        return words
    }
}

extension TranscribedWord {
    /// What is compared: letters and digits; or all there is, where there are none.
    var comparisonKey: String {
        let letters = word.lowercased().filter { $0.isLetter || $0.isNumber }
        return letters.isEmpty ? word.trimmed : letters
    }
}
