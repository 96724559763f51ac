/// A token that is looked for in the text itself, before anything else is done to it: `<|endoftext|>`, `<s>`.
struct AddedToken: Sendable {
    let content: String
    var id: Int32
    /// Whether decoding can leave it out: it says something to the model, not to the reader.
    var isSpecial: Bool
    /// Whether it is looked for only after those that are not, in the text that they left.
    var isNormalised = false
    /// Whether it takes the spaces before it with it.
    var stripsLeft = false
    /// Whether it takes the spaces after it with it.
    var stripsRight = false
    /// Whether it counts only where no word goes on before or after it.
    var isSingleWord = false
}

/// The added tokens of a vocabulary: they cut a text into themselves and what lies between.
///
/// As transformers' tokenizers do, the leftmost token is found first, of those that begin at one place the longest.
struct AddedTokens: Sendable {
    /// A part of a text.
    enum Piece: Equatable {
        /// With the spaces that it takes with it.
        case token(Int32, Range<Int>)
        case text(Range<Int>)
    }

    private let tokens: [AddedToken]
    private let positionsByID: [Int32: Int]
    /// What each looks like in the text that it is found in.
    private let spellings: [[UInt8]]
    private let contents: PrefixIndex
    private let exact: PrefixIndex
    private let normalised: PrefixIndex

    /// - Parameter normalise: what becomes of the text that tokens are looked for in behind the first; it happens to these tokens too.
    init(_ tokens: [AddedToken], normalise: ([UInt8]) -> [UInt8] = { $0 }) {
        self.tokens = tokens
        positionsByID = Dictionary(tokens.indices.map { (tokens[$0].id, $0) }) { first, _ in first }
        let spellings = tokens.map { $0.isNormalised ? normalise(Array($0.content.utf8)) : Array($0.content.utf8) }
        self.spellings = spellings
        contents = PrefixIndex(tokens.map { Array($0.content.utf8) })
        exact = PrefixIndex(tokens.indices.map { tokens[$0].isNormalised ? [] : spellings[$0] })
        normalised = PrefixIndex(tokens.indices.map { tokens[$0].isNormalised ? spellings[$0] : [] })
    }

    /// How the token with that id is spelled behind what is done to texts.
    func spelling(_ id: Int32) -> ArraySlice<UInt8>? { positionsByID[id].map { spellings[$0][...] } }

    /// The token with that id.
    subscript(id: Int32) -> AddedToken? { positionsByID[id].map { tokens[$0] } }

    /// The id of the token that is spelled so, byte for byte.
    func id(of content: String) -> Int32? {
        let bytes = Array(content.utf8)
        guard let found = contents.longestPrefix(of: bytes, at: 0, end: bytes.count), found.length == bytes.count
        else { return nil }
        return tokens[Int(found.number)].id
    }

    /// One more than the highest id; 0 where there are none.
    var idLimit: Int { positionsByID.keys.max().map { Int($0) + 1 } ?? 0 }

    /// The ids of the special tokens, in the order of the files.
    var specialIDs: [Int32] { tokens.filter(\.isSpecial).map(\.id) }

    /// `text`, well-formed UTF-8, cut at its tokens. No piece of text is empty.
    func split(_ text: [UInt8]) -> [Piece] {
        split(text, text.indices, exact).flatMap { piece in
            guard case .text(let range) = piece else { return [piece] }
            return split(text, range, normalised)
        }
    }

    /// `text` cut at those tokens alone that are looked for before anything is done to it, or else behind that.
    func split(_ text: [UInt8], isNormalised: Bool) -> [Piece] {
        split(text, text.indices, isNormalised ? normalised : exact)
    }

    private func split(_ text: [UInt8], _ range: Range<Int>, _ index: PrefixIndex) -> [Piece] {
        var pieces: [Piece] = []
        var textStart = range.lowerBound
        var position = range.lowerBound
        while position < range.upperBound {
            guard let found = index.longestPrefix(of: text, at: position, end: range.upperBound) else {
                position += 1
                continue
            }
            let token = tokens[Int(found.number)]
            var place = position..<position + found.length
            position = place.upperBound
            if token.isSingleWord && !isSingleWord(text, place, in: range) { continue }
            if token.stripsLeft { place = startOfSpace(text, before: place.lowerBound, textStart)..<place.upperBound }
            if token.stripsRight { place = place.lowerBound..<endOfSpace(text, place.upperBound..<range.upperBound) }
            // The spaces that the last token took with it can hold the beginning of this one.
            guard place.lowerBound >= textStart else { continue }
            if textStart < place.lowerBound { pieces.append(.text(textStart..<place.lowerBound)) }
            pieces.append(.token(token.id, place))
            textStart = place.upperBound
        }
        if textStart < range.upperBound { pieces.append(.text(textStart..<range.upperBound)) }
        return pieces
    }

    private func isSingleWord(_ text: [UInt8], _ place: Range<Int>, in range: Range<Int>) -> Bool {
        if place.lowerBound > range.lowerBound, let last = scalar(in: text, before: place.lowerBound),
            last.scalar.isWordCharacter
        {
            return false
        }
        return place.upperBound == range.upperBound || !scalar(in: text, at: place.upperBound).scalar.isWordCharacter
    }

    private func startOfSpace(_ text: [UInt8], before end: Int, _ limit: Int) -> Int {
        var position = end
        while position > limit, let last = scalar(in: text, before: position), last.scalar.isSpace {
            position -= last.length
        }
        return position
    }

    private func endOfSpace(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound {
            let next = scalar(in: text, at: position)
            guard next.scalar.isSpace else { break }
            position += next.length
        }
        return position
    }
}
