internal import TesseraFiles

/// What a SentencePiece model's file says (`sentencepiece_model.proto`), as far as encoding and decoding need it.
struct SentencePieceFile {
    /// What a piece is for. The raw values are the file's.
    enum Kind: UInt64 {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    /// A piece: its characters lie in the file's bytes.
    struct Piece {
        var place = 0..<0
        var score = 0.0
        var kind = Kind.normal
    }

    /// Larger files are refused: the largest of the hub have 5 MB.
    private static let byteLimit = 16 << 20
    /// More pieces are refused: the largest of the hub have 0.9 million.
    private static let pieceLimit = 1 << 20

    let path: String
    let bytes: [UInt8]
    private(set) var pieces: [Piece] = []
    /// What decoding writes for the unknown piece.
    private(set) var unknownSurface = " \u{2047} "
    private(set) var fallsBackToBytes = false
    private(set) var putsSpaceBehind = false
    private(set) var characterMap: Range<Int>?
    private(set) var addsDummyPrefix = true
    private(set) var removesExtraSpaces = true
    private(set) var escapesSpaces = true

    /// Reads and checks a file.
    ///
    /// - Throws: `FileError` when it cannot be read, is damaged, or is not a unigram model.
    init(_ file: InputFile) throws(FileError) {
        path = file.path
        bytes = try file.contents(limit: Self.byteLimit)
        if bytes.starts(with: "version https://git-lfs".utf8) {
            let cause = "is a Git LFS pointer, not the model itself: fetch it with 'git lfs pull'"
            throw FileError(.badData, path: path, cause: cause)
        }
        var reader = WireReader(bytes, bytes.indices, path: path)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let message)): pieces.append(try piece(message))
            case (2, .bytes(let message)): try readTraining(message)
            case (3, .bytes(let message)): try readNormalization(message)
            case (5, .bytes(let message)): try refuseDenormalization(message)
            case (1...3, _), (5, _): throw refusal("is not a SentencePiece model")
            default: break
            }
        }
        guard pieces.count <= Self.pieceLimit else { throw refusal("has more than \(Self.pieceLimit) pieces") }
        guard pieces.count(where: { $0.kind == .unknown }) == 1 else {
            throw refusal("is not a SentencePiece model: it must have one piece for the unknown")
        }
        if fallsBackToBytes && pieces.count(where: { $0.kind == .byte }) != 256 {
            throw refusal("falls back to bytes, but has not a piece for each of the 256")
        }
    }

    private func piece(_ message: Range<Int>) throws(FileError) -> Piece {
        func refuse(_ what: String) -> FileError { refusal("the piece \(pieces.count) \(what)") }
        var piece = Piece()
        var reader = WireReader(bytes, message, path: path)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let place)): piece.place = place
            case (2, .float(let score)): piece.score = Double(score)
            case (3, .number(let number)):
                guard let kind = Kind(rawValue: number) else { throw refuse("is of the unknown type \(number)") }
                piece.kind = kind
            case (1...3, _): throw refuse("is malformed")
            default: break
            }
        }
        guard (1...PrefixIndex.lengthLimit).contains(piece.place.count) else {
            throw refuse("has \(piece.place.count) bytes, not 1 to \(PrefixIndex.lengthLimit)")
        }
        guard firstInvalidUTF8(in: Array(bytes[piece.place])) == nil else { throw refuse("is not UTF-8") }
        guard piece.score.isFinite else { throw refuse("has the score \(piece.score)") }
        return piece
    }

    private mutating func readTraining(_ message: Range<Int>) throws(FileError) {
        var reader = WireReader(bytes, message, path: path)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (3, .number(let type)):
                guard type == 1 else {
                    let names: [UInt64: String] = [2: "BPE", 3: "word", 4: "character"]
                    let name = names[type].map { "a \($0) model" } ?? "of the unknown type \(type)"
                    throw refusal("is \(name); SentencePiece unigram models are supported")
                }
            case (24, .number(let flag)): putsSpaceBehind = flag != 0
            case (35, .number(let flag)): fallsBackToBytes = flag != 0
            case (44, .bytes(let place)): unknownSurface = String(decoding: bytes[place], as: UTF8.self)
            default: break
            }
        }
    }

    private mutating func readNormalization(_ message: Range<Int>) throws(FileError) {
        var reader = WireReader(bytes, message, path: path)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (2, .bytes(let place)): characterMap = place.isEmpty ? nil : place
            case (3, .number(let flag)): addsDummyPrefix = flag != 0
            case (4, .number(let flag)): removesExtraSpaces = flag != 0
            case (5, .number(let flag)): escapesSpaces = flag != 0
            case (2...5, _): throw refusal("is not a SentencePiece model")
            default: break
            }
        }
    }

    private func refuseDenormalization(_ message: Range<Int>) throws(FileError) {
        var reader = WireReader(bytes, message, path: path)
        while let (field, value) = try reader.next() {
            guard field == 2, case .bytes(let place) = value, !place.isEmpty else { continue }
            throw refusal("changes decoded text by a character map, which is not supported")
        }
    }

    func refusal(_ cause: String) -> FileError { FileError(.badData, path: path, cause: cause) }
}
