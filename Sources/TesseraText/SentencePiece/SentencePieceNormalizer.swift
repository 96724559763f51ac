internal import TesseraFiles

/// Brings text into the form in which a SentencePiece model knows it: characters mapped, spaces reduced and shown as `▁`,
/// one of them put before the first word.
struct SentencePieceNormalizer: Sendable {
    /// U+2581, which stands for a space.
    static let spaceSymbol = Array("\u{2581}".utf8)

    /// Whether the first word is given a space, as those after it have one.
    private(set) var addsDummyPrefix: Bool
    /// Whether spaces at either end, and all but one of several, are left out.
    let removesExtraSpaces: Bool
    /// What decoding writes for the unknown piece.
    let unknownSurface: String
    private let map: CharacterMap?
    /// Pieces that stay as they are.
    private let userDefined: PrefixIndex
    private let putsSpaceBehind: Bool
    private let space: [UInt8]

    /// - Throws: `FileError.badData` when the character map is damaged.
    init(_ file: SentencePieceFile) throws(FileError) {
        if let place = file.characterMap {
            map = try CharacterMap(file.bytes[place], path: file.path)
        } else {
            map = nil
        }
        userDefined = PrefixIndex(
            in: file.bytes,
            file.pieces.enumerated().filter { $0.element.kind == .userDefined }.map { ($0.element.place, $0.offset) })
        addsDummyPrefix = file.addsDummyPrefix
        putsSpaceBehind = file.putsSpaceBehind
        removesExtraSpaces = file.removesExtraSpaces
        unknownSurface = file.unknownSurface
        space = file.escapesSpaces ? Self.spaceSymbol : [UInt8(ascii: " ")]
    }

    /// The same with a space for the first word, whatever the file says.
    var withDummyPrefix: SentencePieceNormalizer {
        var copy = self
        copy.addsDummyPrefix = true
        return copy
    }

    /// The same without a space for the first word.
    var withoutDummyPrefix: SentencePieceNormalizer {
        var copy = self
        copy.addsDummyPrefix = false
        return copy
    }

    /// The normal form of `text`, well-formed UTF-8.
    func normalise(_ text: [UInt8]) -> [UInt8] { normalForm(of: text).bytes }

    /// The normal form of `text`, well-formed UTF-8, and for each byte of it which bytes of the text it comes from.
    func normalForm(of text: [UInt8]) -> (bytes: [UInt8], sources: [Range<Int>]) {
        var (result, sources): ([UInt8], [Range<Int>]) = ([], [])
        func append(_ bytes: some Collection<UInt8>, _ source: Range<Int>) {
            result += bytes
            sources.append(contentsOf: repeatElement(source, count: bytes.count))
        }
        var position = removesExtraSpaces ? endOfLeadingSpace(text) : 0
        guard position < text.count else { return ([], []) }
        if addsDummyPrefix && !putsSpaceBehind { append(space, position..<position) }
        var followsSpace = removesExtraSpaces
        while position < text.count {
            let (length, mapped) = mappedCharacter(text, position)
            let bytes = followsSpace ? mapped.drop { $0 == UInt8(ascii: " ") } : mapped
            let source = position..<position + length
            for byte in bytes {
                if byte == UInt8(ascii: " ") { append(space, source) } else { append(CollectionOfOne(byte), source) }
            }
            if let last = bytes.last { followsSpace = removesExtraSpaces && last == UInt8(ascii: " ") }
            position += length
        }
        if removesExtraSpaces {
            while result.count >= space.count && result.suffix(space.count).elementsEqual(space) {
                result.removeLast(space.count)
                sources.removeLast(space.count)
            }
        }
        if addsDummyPrefix && putsSpaceBehind { append(space, text.count..<text.count) }
        return (result, sources)
    }

    private func endOfLeadingSpace(_ text: [UInt8]) -> Int {
        var position = 0
        while position < text.count {
            let (length, mapped) = mappedCharacter(text, position)
            guard mapped.elementsEqual(CollectionOfOne(UInt8(ascii: " "))) else { break }
            position += length
        }
        return position
    }

    /// What stands for the character or characters at `position`, and the number of bytes that these take.
    private func mappedCharacter(_ text: [UInt8], _ position: Int) -> (length: Int, bytes: ArraySlice<UInt8>) {
        if let found = userDefined.longestPrefix(of: text, at: position, end: text.count) {
            return (found.length, text[position..<position + found.length])
        }
        if let replacement = map?.replacement(in: text, at: position, end: text.count) { return replacement }
        let length = scalar(in: text, at: position).length
        return (length, text[position..<position + length])
    }
}
