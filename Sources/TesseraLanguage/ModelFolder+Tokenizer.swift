internal import TesseraFiles
internal import TesseraText

extension ModelFolder {
    /// The folder's tokenizer, for a model that knows so many tokens.
    ///
    /// - Parameter config: says how many, for errors.
    /// - Throws: `FileError` naming what is wrong with the tokenizer, also where it has tokens that the model lacks.
    func textTokenizer(
        vocabularySize: Int, _ config: JSONObject
    ) throws(FileError) -> any TextTokenizer {
        let tokenizer = try textTokenizer()
        guard tokenizer.tokenCount <= vocabularySize else {
            throw config.error(
                "vocab_size", "the tokenizer has \(tokenizer.tokenCount) tokens, the model \(vocabularySize)")
        }
        return tokenizer
    }
}
