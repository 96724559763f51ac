internal import TesseraFiles

/// What the files beside a vocab.json say of its tokens; what they leave out is as `Wav2Vec2CTCTokenizer` has it.
struct CTCSettings {
    /// The names of the tokens for frames that add nothing, between words, and in place of ids without a token.
    let blank, unknown: String
    let delimiter: String?
    /// What the token between words becomes.
    let space: String
    let isLowerCased: Bool
    let cleansDecoded: Bool
    /// Tokens that were added to the vocabulary, by their ids.
    private(set) var added: [Int32: String] = [:]

    /// How many ids of a vocab.json may be missing below its highest.
    static let spareIDCount = 4_096

    private static let tokenizerClass = "Wav2Vec2CTCTokenizer"

    /// - Throws: `FileError.badData` naming the key that is of the wrong type, or asks for something that is not done here.
    init(_ folder: ModelFolder) throws(FileError) {
        let companions = try TokenizerCompanions(folder)
        let settings = companions.files.first
        let named = try settings?.string("tokenizer_class", default: Self.tokenizerClass) ?? Self.tokenizerClass
        guard named == Self.tokenizerClass else {
            throw settings!.error("tokenizer_class", "it must be \(Self.tokenizerClass), but is \(named.quoted)")
        }
        blank = try companions.tokenName("pad_token") ?? "<pad>"
        unknown = try companions.tokenName("unk_token") ?? "<unk>"
        delimiter = try companions.tokenName("word_delimiter_token") ?? "|"
        space = try companions.tokenName("replace_word_delimiter_char") ?? " "
        isLowerCased = try settings?.boolean("do_lower_case", default: false) ?? false
        cleansDecoded = try companions.cleansDecoded()
        for file in companions.files { try add(described: file) }
        if try folder.contains("added_tokens.json") { try add(try folder.read("added_tokens.json")) }
    }

    private mutating func add(described settings: JSONObject) throws(FileError) {
        guard let described = try settings.object("added_tokens_decoder") else { return }
        for key in described.keys {
            guard let id = Int32(key), id >= 0, let token = try described.object(key) else {
                throw described.error(key, "it must be an id, and describe a token")
            }
            added[id] = try token.string("content")
        }
    }

    private mutating func add(_ contents: JSONObject) throws(FileError) {
        for content in contents.keys { added[Int32(try contents.integer(content, in: 0...1 << 24))] = content }
    }
}
