public import TesseraFiles

extension ModelFolder {
    /// The tokenizer that the folder holds, whatever kind it is of: its tokenizer.json, or else the files of its vocabulary.
    ///
    /// - Throws: `FileError.unreadable` when there is none; `FileError.badData` naming what is damaged, contradicts itself or asks for
    ///   something that is not done here.
    public func textTokenizer() throws(FileError) -> any TextTokenizer {
        if try contains("tokenizer.json") {
            let (file, companions) = (try read("tokenizer.json"), try TokenizerCompanions(self))
            let kind = try file.object("model")?.string("type", default: "BPE")
            return kind == "WordPiece"
                ? try WordPieceTokenizer(file, companions: companions) : try PieceTokenizer(file, companions)
        }
        if try contains("source.spm") { return try MarianTokenizer(self) }
        if try contains("vocab.txt") { return try WordPieceTokenizer(self) }
        return try PieceTokenizer(self)
    }
}
