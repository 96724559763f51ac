internal import TesseraFiles

/// Reads the pieces of a unigram model from a tokenizer.json's `model`.
struct UnigramReader: PieceModelReader {
    let vocabulary: TokenTable
    private let unigram: UnigramModel
    var continuation: [UInt8] { [] }
    var ending: [UInt8] { [] }
    var mayBeCleaned: Bool { true }

    /// - Throws: `FileError.badData` naming the piece that is none, or is there twice.
    init(_ settings: JSONObject) throws(FileError) {
        guard case .array(let elements)? = settings.value("vocab") else {
            throw settings.error("vocab", "it must be a list of pieces and their scores")
        }
        var bytes: [UInt8] = []
        var pieces: [SentencePieceFile.Piece] = []
        for (id, element) in elements.enumerated() {
            guard case .array(let parts) = element, parts.count == 2, case .string(let name) = parts[0],
                case .number(let score) = parts[1], score.double.isFinite
            else { throw settings.error("vocab[\(id)]", "it must be a piece and its score") }
            let start = bytes.count
            bytes += name.utf8
            guard bytes.count - start <= PrefixIndex.lengthLimit else {
                throw settings.error("vocab[\(id)]", "it has more than \(PrefixIndex.lengthLimit) bytes")
            }
            pieces.append(SentencePieceFile.Piece(place: start..<bytes.count, score: score.double))
        }
        guard !pieces.isEmpty else { throw settings.error("vocab", "it is empty") }
        vocabulary = try TokenTable(bytes, pieces.map(\.place), path: settings.path)
        let unknown = try settings.integer("unk_id", in: 0...pieces.count - 1)
        unigram = UnigramModel(
            bytes, pieces, unknownID: unknown,
            fallsBackToBytes: try settings.boolean("byte_fallback", default: false))
    }

    func model(
        isByteLevel: Bool, id: (String) -> Int32?
    ) throws(FileError) -> (model: any PieceModel, unknownToken: Int32?) {
        (unigram, Int32(unigram.unknownID))
    }
}
