internal import TesseraTensor
internal import TesseraText

/// The likeliest stretches of a window to answer a question, as transformers' pipeline finds them.
struct AnswerSpans {
    /// The likeliest first; places in the text, in Unicode scalars.
    private(set) var spans: [(score: Float, range: Range<Int>)] = []
    /// How likely the window holds no answer: that the first token begins and ends it.
    let impossible: Float

    /// - Parameters:
    ///   - window: the question and some of the text.
    ///   - logits: of each token to begin an answer and to end it, `[tokens or more, 2]`.
    ///   - count: how many spans to find.
    ///   - answerLimit: the most tokens of one.
    init(_ window: EncodedText, _ logits: [Float], count: Int, answerLimit: Int) {
        let inText = window.sources.map { $0 == 1 }
        let starts = Self.probabilities(window.ids.indices.map { logits[2 * $0] }, inText)
        let ends = Self.probabilities(window.ids.indices.map { logits[2 * $0 + 1] }, inText)
        impossible = (starts.first ?? 0) * (ends.first ?? 0)
        var best: [(score: Float, first: Int, last: Int)] = []
        for first in window.ids.indices where inText[first] {
            for last in first..<min(first + answerLimit, window.count) where inText[last] {
                let score = starts[first] * ends[last]
                guard score > 0, best.count < count || score > best[best.count - 1].score else { continue }
                best.insert((score, first, last), at: best.firstIndex { $0.score < score } ?? best.count)
                if best.count > count { best.removeLast() }
            }
        }
        spans = best.map { ($0.score, window.wholeWords($0.first...$0.last)) }
    }

    /// A softmax over the text and the first token, which stands for no answer.
    private static func probabilities(_ logits: [Float], _ inText: [Bool]) -> [Float] {
        let open = logits.indices.map { $0 == 0 || inText[$0] ? logits[$0] : -.infinity }
        return Tensor(shape: [1, open.count], open).softmax().values
    }
}

extension EncodedText {
    /// Where the words stand that tokens of the second text are parts of.
    fileprivate func wholeWords(_ tokens: ClosedRange<Int>) -> Range<Int> {
        func isPart(_ index: Int, of word: Int?) -> Bool { sources[index] == 1 && words[index] == word }
        var (first, last) = (tokens.lowerBound, tokens.upperBound)
        while first > 0, isPart(first - 1, of: words[tokens.lowerBound]) { first -= 1 }
        while last + 1 < count, isPart(last + 1, of: words[tokens.upperBound]) { last += 1 }
        return offsets[first].lowerBound..<offsets[last].upperBound
    }
}
