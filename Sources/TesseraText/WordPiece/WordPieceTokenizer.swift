internal import TesseraFiles

/// Turns text into the pieces of words that BERT reads, as transformers' `BertTokenizerFast` does.
///
/// ```swift
/// let tokenizer = try WordPieceTokenizer(ModelFolder("bert-base-uncased"))
/// tokenizer.encode("Snowdrops in February").ids     // [101, 4586, 25711, 2015, 1999, 2337, 102]
/// ```
///
/// A word is its longest beginning in the vocabulary, and then, marked `##`, the longest of what is left, until nothing is
/// (Schuster & Nakajima, 2012).
public struct WordPieceTokenizer: TextTokenizer {
    let vocabulary: TokenTable
    let added: AddedTokens
    let template: TokenTemplate
    let rules: WordPieceRules
    /// What marks a piece that does not begin a word, `##`.
    let mark: [UInt8]
    /// Longer words are unknown.
    let wordLimit: Int
    let unknownID: Int32
    public let maskToken: Int32?
    public let tokenLimit: Int?
    /// Whether decoding takes the spaces away that stand before punctuation.
    let cleansDecoded: Bool

    init(
        _ vocabulary: TokenTable, _ added: AddedTokens, _ template: TokenTemplate, _ rules: WordPieceRules,
        _ companions: TokenizerCompanions, unknownID: Int32, continuation: String = "##", wordLimit: Int = 100,
        cleansDecoded: Bool = true
    ) throws(FileError) {
        (self.vocabulary, self.added, self.template, self.rules) = (vocabulary, added, template, rules)
        (self.unknownID, self.wordLimit, self.cleansDecoded) = (unknownID, wordLimit, cleansDecoded)
        mark = Array(continuation.utf8)
        let mask = try companions.tokenName("mask_token") ?? "[MASK]"
        maskToken = added.id(of: mask) ?? vocabulary.id(of: mask)
        tokenLimit = try companions.tokenLimit()
    }

    public var tokenCount: Int { max(vocabulary.idLimit, added.idLimit) }

    public func id(of token: String) -> Int32? { added.id(of: token) ?? vocabulary.id(of: token) }

    public func encode(
        _ text: String, pair: String?, limit: Int?, truncation: TruncationStrategy
    ) -> EncodedText? {
        template.encoded(encodeBare(text), pair.map(encodeBare), limit: limit, truncation)
    }

    public func windows(of text: String, behind question: String?, limit: Int, stride: Int) -> [EncodedText] {
        template.windows(of: encodeBare(text), behind: question.map(encodeBare), limit: limit, stride: stride)
    }

    public func token(_ id: Int32) -> String? {
        added[id]?.content ?? vocabulary[Int(id)].map { String(decoding: $0, as: UTF8.self) }
    }

    public var unknownToken: Int32? { unknownID }

    public var continuation: String? { mark.isEmpty ? nil : String(decoding: mark, as: UTF8.self) }

    public var specialIDs: [Int32] { added.specialIDs }

    public func isSpecial(_ id: Int32) -> Bool { added[id]?.isSpecial ?? false }

    public func encodeBare(_ text: String) -> EncodedText {
        let bytes = Array(text.utf8)
        var result = EncodedText()
        var position = 0  // in scalars
        for piece in added.split(bytes) {
            switch piece {
            case .token(let id, let range):
                let length = bytes[range].count { $0 & 0xC0 != 0x80 }
                result.append(id, at: position..<position + length, word: result.nextWord)
                position += length
            case .text(let range): appendWords(of: bytes, range, &position, to: &result)
            }
        }
        return result
    }

    /// Splits text at spaces, punctuation and, where the rules say so, Chinese characters, and appends the pieces of each word.
    ///
    /// - Parameter position: where the text begins, in scalars; behind it afterwards.
    private func appendWords(
        of bytes: [UInt8], _ range: Range<Int>, _ position: inout Int, to result: inout EncodedText
    ) {
        var word = Word()
        var offset = range.lowerBound
        while offset < range.upperBound {
            let (scalar, length) = scalar(in: bytes, at: offset)
            offset += length
            defer { position += 1 }
            if rules.cleansText, scalar.isUnprintable { continue }
            if scalar.isSpace {
                append(&word, to: &result)
            } else if rules.splitsChinese && scalar.isChinese {
                append(&word, to: &result)
                add(scalar, at: position, to: &word, &result)
                append(&word, to: &result)
            } else {
                add(scalar, at: position, to: &word, &result)
            }
        }
        append(&word, to: &result)
    }

    /// Adds a character, as the rules change it, to a word; punctuation is a word of its own.
    private func add(_ scalar: Unicode.Scalar, at position: Int, to word: inout Word, _ result: inout EncodedText) {
        func addNormalised(_ scalar: Unicode.Scalar) {
            guard scalar.isBERTPunctuation else { return word.append(scalar, at: position) }
            append(&word, to: &result)
            word.append(scalar, at: position)
            append(&word, to: &result)
        }
        func addLowercased(_ scalar: Unicode.Scalar) {
            guard rules.lowercases else { return addNormalised(scalar) }
            if scalar.isASCII {
                let isCapital = (0x41...0x5A).contains(scalar.value)
                return addNormalised(isCapital ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar)
            }
            for lower in scalar.properties.lowercaseMapping.unicodeScalars { addNormalised(lower) }
        }
        if rules.stripsAccents { withoutAccents(scalar, addLowercased) } else { addLowercased(scalar) }
    }

    /// Appends a word's pieces, and empties it.
    private func append(_ word: inout Word, to result: inout EncodedText) {
        defer { word.removeAll() }
        guard !word.bytes.isEmpty else { return }
        let (places, number) = (word.places, result.nextWord)
        if word.scalarCount <= wordLimit, let pieces = pieces(of: word.bytes) {
            for piece in pieces {
                result.append(
                    piece.id, at: places[piece.range.lowerBound]..<places[piece.range.upperBound - 1] + 1, word: number)
            }
        } else {
            result.append(unknownID, at: places[0]..<places[places.count - 1] + 1, word: number)
        }
    }

    /// - Returns: nil where the vocabulary has not all of the word.
    private func pieces(of word: [UInt8]) -> [(id: Int32, range: Range<Int>)]? {
        var pieces: [(Int32, Range<Int>)] = []
        var start = 0
        while start < word.count {
            // What is looked up, with the mark in front of all but the first.
            let rest = start == 0 ? word : mark + word[start...]
            let markLength = start == 0 ? 0 : mark.count
            guard let (id, length) = longestToken(rest, longerThan: markLength) else { return nil }
            pieces.append((id, start..<start + length - markLength))
            start += length - markLength
        }
        return pieces
    }

    /// The longest token that `text` begins with. Most words are tokens themselves, which the first look finds.
    private func longestToken(_ text: [UInt8], longerThan least: Int) -> (id: Int32, length: Int)? {
        text.withUnsafeBufferPointer { text in
            for length in stride(from: text.count, to: least, by: -1) {
                if length < text.count, text[length] & 0xC0 == 0x80 { continue }  // within a character
                if let id = vocabulary.id(of: UnsafeBufferPointer(rebasing: text[..<length])) { return (id, length) }
            }
            return nil
        }
    }
}

/// A word as the vocabulary may know it, and where it comes from.
private struct Word {
    private(set) var bytes: [UInt8] = []
    /// For each byte the place, in scalars, of the character that it comes from.
    private(set) var places: [Int] = []
    private(set) var scalarCount = 0

    mutating func append(_ scalar: Unicode.Scalar, at place: Int) {
        for byte in UTF8.encode(scalar).unsafelyUnwrapped {
            bytes.append(byte)
            places.append(place)
        }
        scalarCount += 1
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        scalarCount = 0
    }
}

extension EncodedText {
    /// The number of the word behind the last.
    fileprivate var nextWord: Int { (words.last ?? nil).map { $0 + 1 } ?? 0 }
}
