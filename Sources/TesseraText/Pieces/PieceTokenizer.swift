/// A tokenizer that is put together from the steps a tokenizer.json names: what is done to a text, how it is cut, how its parts become
/// tokens, what is put around them, and how tokens become text again.
///
/// So are those of RoBERTa, BART, GPT-2, Llama, Qwen2, GPT-NeoX, CLIP, T5 and XLM-RoBERTa.
///
/// ```swift
/// let tokenizer = try PieceTokenizer(ModelFolder("gpt2"))
/// let ids = tokenizer.encode("Hello, world!")?.ids
/// ```
public struct PieceTokenizer: TextTokenizer {
    /// What a tokenizer is made of.
    struct Parts: Sendable {
        let vocabulary: TokenTable
        let added: AddedTokens
        let normalizers: [TextNormalizer]
        let splitters: [TextSplitter]
        let model: any PieceModel
        let template: TokenTemplate
        let joiner: TokenJoiner
        let unknownToken: Int32?
        var continuation: String?
    }

    private let parts: Parts
    public let maskToken: Int32?
    public let tokenLimit: Int?

    init(_ parts: Parts, maskToken: Int32?, tokenLimit: Int?) {
        (self.parts, self.maskToken, self.tokenLimit) = (parts, maskToken, tokenLimit)
    }

    public var tokenCount: Int { max(parts.vocabulary.idLimit, parts.added.idLimit) }

    public var unknownToken: Int32? { parts.unknownToken }

    public var continuation: String? { parts.continuation }

    public var specialIDs: [Int32] { parts.added.specialIDs }

    public func id(of token: String) -> Int32? { parts.added.id(of: token) ?? parts.vocabulary.id(of: token) }

    public func isSpecial(_ id: Int32) -> Bool { parts.added[id]?.isSpecial ?? false }

    public func token(_ id: Int32) -> String? { spelling(id).map { String(decoding: $0, as: UTF8.self) } }

    private func spelling(_ id: Int32) -> ArraySlice<UInt8>? {
        parts.added.spelling(id) ?? parts.vocabulary[Int(id)]
    }

    // MARK: Encoding

    public func encode(
        _ text: String, pair: String?, limit: Int?, truncation: TruncationStrategy
    ) -> EncodedText? {
        parts.template.encoded(
            encodeBare(text), pair.map(encodeBare), limit: limit, truncation
        ) { tokens, isSecond in
            withoutOuterSpaces(tokens, of: isSecond ? pair ?? "" : text)
        }
    }

    public func windows(of text: String, behind question: String?, limit: Int, stride: Int) -> [EncodedText] {
        parts.template.windows(
            of: encodeBare(text), behind: question.map(encodeBare), limit: limit, stride: stride
        ) { tokens, isSecond in
            withoutOuterSpaces(tokens, of: isSecond ? text : question ?? text)
        }
    }

    public func encodeBare(_ text: String) -> EncodedText {
        let bytes = Array(text.utf8)
        var result = EncodedText()
        var found = FoundPieces()
        var (position, word) = (0, 0)  // position in scalars
        for piece in parts.added.split(bytes, isNormalised: false) {
            switch piece {
            case .token(let id, let range):
                let length = bytes[range].scalarCount
                result.append(id, at: position..<position + length, word: word)
                word += 1
                position += length
            case .text(let range):
                var part = AlignedText(bytes[range], origin: position)
                for normalizer in parts.normalizers { normalizer.apply(to: &part) }
                append(part, &found, &word, to: &result)
                position += bytes[range].scalarCount
            }
        }
        return result
    }

    private func append(
        _ text: AlignedText, _ found: inout FoundPieces, _ word: inout Int, to result: inout EncodedText
    ) {
        for piece in parts.added.split(text.bytes, isNormalised: true) {
            switch piece {
            case .token(let id, let range):
                result.append(id, at: text.range(of: range), word: word)
                word += 1
            case .text(let range):
                var (part, words) = (text, [range])
                for splitter in parts.splitters { splitter.apply(to: &part, &words) }
                for range in words {
                    found.removeAll()
                    parts.model.append(part.bytes, range, to: &found)
                    for (id, place) in zip(found.ids, found.places) {
                        result.append(id, at: part.range(of: place), word: word)
                    }
                    word += 1
                }
            }
        }
    }

    /// Tokens whose places leave out the spaces that the tokens begin and end with, where the template asks for that.
    private func withoutOuterSpaces(_ tokens: EncodedText, of text: String) -> EncodedText {
        guard !parts.template.trims.isEmpty else { return tokens }
        var tokens = tokens
        lazy var scalars = Array(text.unicodeScalars)
        for (index, id) in tokens.ids.enumerated() {
            var place = tokens.offsets[index]
            // An added token stands for the spaces that it took with it, which its name does not have.
            let takesSpaces = parts.added[id].map { $0.stripsLeft || $0.stripsRight } ?? false
            let spelled = takesSpaces ? Array(String(String.UnicodeScalarView(scalars[place])).utf8)[...] : spelling(id)
            for trim in parts.template.trims where spelled != nil {
                place = trim.applied(to: place, spelled ?? [], isFirst: index == 0)
            }
            tokens.offsets[index] = place
        }
        return tokens
    }

    // MARK: Decoding

    public func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
        let kept = skippingSpecialTokens ? ids.filter { !isSpecial($0) } : ids
        return parts.joiner.text(of: kept.compactMap(spelling))
    }
}

extension ArraySlice<UInt8> {
    /// How many characters well-formed UTF-8 has.
    fileprivate var scalarCount: Int { withUnsafeBufferPointer { $0.count { $0 & 0xC0 != 0x80 } } }
}
