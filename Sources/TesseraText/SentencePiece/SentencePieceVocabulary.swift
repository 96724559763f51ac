internal import TesseraFiles

/// SentencePiece's pieces, numbered by a vocabulary of their own.
struct SentencePieceVocabulary: Sendable {
    let model: UnigramModel
    let normaliser: SentencePieceNormalizer
    /// The id of each of the model's pieces; nil for those that the vocabulary lacks.
    private let idsOfPieces: [Int32?]

    /// - Throws: `FileError` naming what is damaged or not supported in the model's file.
    init(_ folder: ModelFolder, _ name: String, _ vocabulary: TokenTable) throws(FileError) {
        let file = try SentencePieceFile(folder.open(name))
        let model = try UnigramModel(file)
        self.model = model
        normaliser = try SentencePieceNormalizer(file)
        idsOfPieces = model.pieces.indices.map { vocabulary.id(of: model[$0]) }
    }

    /// The ids of a text's pieces. The vocabulary can hold what the model does not.
    func ids(of text: [UInt8], _ vocabulary: TokenTable, _ unknownID: Int32) -> [Int32] {
        let normal = normaliser.normalise(text)
        return model.segment(normal).map { place, id in
            (id == model.unknownID ? vocabulary.id(of: normal[place]) : idsOfPieces[id]) ?? unknownID
        }
    }

    /// What joins pieces to text.
    func decoder() -> PieceDecoder { PieceDecoder(model, normaliser) }
}
