internal import TesseraText

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Gathers words to segments: one ends where nobody speaks for a while, or where it would get too long to be shown at once.
struct CTCSegments {
    private let tokenizer: CTCTokenizer
    /// Of a frame.
    private let seconds: Double
    private let hasWordTimes: Bool
    private var words: [CTCWords.Word] = []
    private var count = 0

    /// Pauses between sentences are longer, those within mostly shorter.
    private static let pause = 0.5
    /// As long as Whisper's windows.
    private static let longest = 30.0

    /// - Parameter seconds: of a frame.
    init(_ tokenizer: CTCTokenizer, seconds: Double, hasWordTimes: Bool) {
        (self.tokenizer, self.seconds, self.hasWordTimes) = (tokenizer, seconds, hasWordTimes)
    }

    /// Takes the words that follow.
    ///
    /// - Returns: the segments that they ended.
    mutating func add(_ next: [CTCWords.Word]) -> [TranscribedSegment] {
        var ended: [TranscribedSegment] = []
        for word in next {
            if let first = words.first, let last = words.last {
                let pause = seconds * Double(word.frames.lowerBound - last.frames.upperBound)
                let length = seconds * Double(word.frames.upperBound - first.frames.lowerBound)
                if pause >= Self.pause || length > Self.longest { ended += finish() }
            }
            words.append(word)
        }
        return ended
    }

    /// Ends the segment that was begun, if there is one.
    mutating func finish() -> [TranscribedSegment] {
        guard let first = words.first, let last = words.last else { return [] }
        defer { (words, count) = ([], count + 1) }
        let tokens = words.flatMap(\.tokens)
        let start = time(first.frames.lowerBound)
        let texts = words.enumerated().map { index, word in
            // Nothing stands before the first word of a transcript.
            tokenizer.text(of: (count == 0 && index == 0 ? word.spoken : word.tokens).map(\.id))
        }
        var segment = TranscribedSegment(
            id: count, seek: Int(start * 100), start: start, end: time(last.frames.upperBound), text: texts.joined(),
            tokens: tokens.map(\.id))
        segment.averageLogProbability =
            tokens.map { log(max($0.probability, 1e-30)) }.reduce(0, +) / Double(tokens.count)
        segment.compressionRatio = compressionRatio(segment.text)
        if hasWordTimes { segment.words = zip(words, texts).map { transcribed($0, $1) } }
        return [segment]
    }

    private func transcribed(_ word: CTCWords.Word, _ text: String) -> TranscribedWord {
        TranscribedWord(
            word: text, start: time(word.frames.lowerBound), end: time(word.frames.upperBound),
            probability: word.spoken.map(\.probability).reduce(0, +) / Double(word.spoken.count))
    }

    private func time(_ frame: Int) -> Double { seconds * Double(frame) }
}
