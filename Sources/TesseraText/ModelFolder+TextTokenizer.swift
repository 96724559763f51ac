public import TesseraFiles

extension ModelFolder {
    /// The tokenizer that the folder holds, whatever kind it is of: its tokenizer.json, or else the files of its vocabulary.
    ///
    /// - Throws: `FileError.unreadable` when there is none; `FileError.badData` naming what is damaged, contradicts itself or asks for
    ///   something that is not done here.
    public func textTokenizer() throws(FileError) -> any TextTokenizer {
        if try contains("tokenizer.json") {
            let model = try read("tokenizer.json").object("model")
            return try model?.string("type", default: "BPE") == "WordPiece"
                ? try WordPieceTokenizer(self) : try PieceTokenizer(self)
        }
        if try contains("source.spm") { return try MarianTokenizer(self) }
        if try contains("vocab.txt") { return try WordPieceTokenizer(self) }
        return try PieceTokenizer(self)
    }
}
