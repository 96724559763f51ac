/// Joins SentencePiece's pieces to text.
struct PieceDecoder {
    private let model: UnigramModel
    private let addsDummyPrefix: Bool
    private let removesExtraSpaces: Bool
    private let unknownSurface: [UInt8]
    private var text: [UInt8] = []
    /// Bytes that pieces such as `<0xE2>` gave one after the other.
    private var byteRun: [UInt8] = []
    private var hasRemovedPrefix = false

    init(_ model: UnigramModel, _ normaliser: SentencePieceNormalizer) {
        self.model = model
        addsDummyPrefix = normaliser.addsDummyPrefix
        removesExtraSpaces = normaliser.removesExtraSpaces
        unknownSurface = Array(normaliser.unknownSurface.utf8)
    }

    mutating func append(_ piece: ArraySlice<UInt8>) {
        guard let id = model.id(of: piece) else {
            endByteRun()
            text += piece
            return
        }
        switch model.pieces[id].kind {
        case .byte:
            if let byte = UnigramModel.byte(named: piece) { byteRun.append(byte) }
        case .control: endByteRun()
        case .unknown:
            endByteRun()
            text += unknownSurface
        case .normal, .userDefined, .unused:
            endByteRun()
            appendSpaced(piece)
        }
    }

    private mutating func appendSpaced(_ piece: ArraySlice<UInt8>) {
        let symbol = SentencePieceNormalizer.spaceSymbol
        var rest = piece
        // Of the spaces before the first word, encoding added one, or would have removed them all.
        if text.isEmpty && rest.starts(with: symbol) && (removesExtraSpaces || addsDummyPrefix && !hasRemovedPrefix) {
            rest = rest.dropFirst(symbol.count)
            hasRemovedPrefix = true
        }
        while let byte = rest.first {
            if rest.starts(with: symbol) {
                text.append(UInt8(ascii: " "))
                rest = rest.dropFirst(symbol.count)
            } else {
                text.append(byte)
                rest = rest.dropFirst()
            }
        }
    }

    /// Adds the characters that the bytes spell, and U+FFFD for each byte that belongs to none.
    private mutating func endByteRun() {
        var rest = byteRun[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            if String(validating: rest.prefix(length), as: UTF8.self) != nil {
                text += rest.prefix(length)
                rest = rest.dropFirst(length)
            } else {
                text += Array("\u{FFFD}".utf8)
                rest = rest.dropFirst()
            }
        }
        byteRun = []
    }

    /// The text so far. The next piece begins another.
    mutating func finish() -> String {
        endByteRun()
        defer { (text, hasRemovedPrefix) = ([], false) }
        return String(decoding: text, as: UTF8.self)
    }
}
