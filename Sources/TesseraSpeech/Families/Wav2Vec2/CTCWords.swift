internal import TesseraText

/// Makes words of the labels of frames, as they come: equal labels in a row are a token, blanks are left out, and the token between
/// words ends one.
struct CTCWords {
    /// A token and when it is said.
    struct Token {
        let id: Int32
        /// The frames that are labelled with it.
        var frames: Range<Int>
        /// The sum of what these frames give it.
        var probabilitySum: Double
        var probability: Double { probabilitySum / Double(frames.count) }
    }

    /// The tokens of a word, those between it and the one before included.
    struct Word {
        var tokens: [Token]
        /// The tokens that are its own.
        var spoken: [Token]
        var frames: Range<Int> { spoken[0].frames.lowerBound..<spoken[spoken.count - 1].frames.upperBound }
    }

    private let blank: Int32
    private let delimiter: Int32?
    private var frameCount = 0
    private var last: Token?
    private var word = Word(tokens: [], spoken: [])

    init(_ tokenizer: CTCTokenizer) { (blank, delimiter) = (tokenizer.blankID, tokenizer.delimiterID) }

    /// Takes the labels of the frames that follow.
    ///
    /// - Returns: the words that they ended.
    mutating func add(_ path: CTCPath) -> [Word] {
        var ended: [Word] = []
        for (label, probability) in zip(path.labels, path.probabilities) {
            let frame = frameCount..<frameCount + 1
            frameCount += 1
            if var token = last, token.id == label {
                token.frames = token.frames.lowerBound..<frame.upperBound
                token.probabilitySum += Double(probability)
                last = token
            } else {
                endToken(&ended)
                last = Token(id: label, frames: frame, probabilitySum: Double(probability))
            }
        }
        return ended
    }

    /// Ends the last word, if one is begun.
    mutating func finish() -> [Word] {
        var ended: [Word] = []
        endToken(&ended)
        if !word.spoken.isEmpty { ended.append(word) }
        return ended
    }

    private mutating func endToken(_ ended: inout [Word]) {
        guard let token = last, token.id != blank else { return }
        if token.id != delimiter {
            word.spoken.append(token)
        } else if !word.spoken.isEmpty {
            ended.append(word)
            word = Word(tokens: [], spoken: [])
        }
        word.tokens.append(token)
    }
}
