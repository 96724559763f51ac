internal import TesseraFiles

/// What the files beside a Speech2Text vocabulary say about its tokens (`Speech2TextTokenizer` of transformers).
struct SpeechToTextSettings {
    let endToken: String
    let unknownToken: String
    let isLowerCased: Bool
    let isUpperCased: Bool
    /// The codes of the languages that can be written; the first is written unless another is asked for.
    let languages: [String]
    let language: String?
    private let files: [JSONObject]
    private let standard: JSONObject

    /// - Throws: `FileError.badData` naming the key that is of the wrong type or unknown.
    init(_ folder: ModelFolder) throws(FileError) {
        let names = ["tokenizer_config.json", "special_tokens_map.json"]
        var files: [JSONObject] = []
        for name in names where try folder.contains(name) { files.append(try folder.read(name)) }
        standard = try Self.standard(folder)
        let settings = files.first ?? standard
        endToken = try Self.tokenName("eos_token", files + [standard])
        unknownToken = try Self.tokenName("unk_token", files + [standard])
        isLowerCased = try settings.boolean("do_lower_case", default: false)
        isUpperCased = try settings.boolean("do_upper_case", default: false)
        languages = try Self.languages(settings)
        let language = try settings.string("tgt_lang", default: "")
        guard language.isEmpty || languages.isEmpty || languages.contains(language) else {
            throw settings.error("tgt_lang", "\(language.quoted) is none of the languages that lang_codes names")
        }
        self.language = languages.contains(language) ? language : languages.first
        self.files = files
    }

    /// The names that the class gives the tokens which the files do not name.
    private static func standard(_ folder: ModelFolder) throws(FileError) -> JSONObject {
        let names = #"{"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}"#
        return try JSONObject(bytes: Array(names.utf8), path: folder.path)
    }

    private static func languages(_ settings: JSONObject) throws(FileError) -> [String] {
        switch try settings.string("lang_codes", default: "") {
        case "": return []
        case "mustc": return ["pt", "fr", "ru", "nl", "ro", "it", "es", "de"]
        case let name: throw settings.error("lang_codes", "the languages \(name.quoted) are unknown; 'mustc' is known")
        }
    }

    private static func tokenName(_ key: String, _ files: [JSONObject]) throws(FileError) -> String {
        for file in files { if let name = try file.tokenName(key) { return name } }
        return ""
    }

    func languageToken(_ code: String) -> String { "<lang:\(code)>" }

    /// How many tokens the files describe.
    var describedCount: Int {
        get throws(FileError) {
            var count = 0
            for file in files { count += try file.object("added_tokens_decoder")?.keys.count ?? 0 }
            return count
        }
    }

    /// Adds every token that the files describe or name, and those that the class names instead.
    func addTokens(to list: inout AddedTokenList) throws(FileError) {
        for file in files { try list.add(described: file) }
        for file in files { try list.add(named: file) }
        let settings = files.first ?? standard
        for key in standard.keys where !files.contains(where: { $0.contains(key) }) {
            try list.addSpecial(try standard.string(key), settings, key)
        }
        for code in languages { try list.addSpecial(languageToken(code), settings, "lang_codes") }
    }

    /// The id of a token that was added, which `key` names.
    func id(of token: String, _ tokens: AddedTokens, key: String) throws(FileError) -> Int32 {
        guard let id = tokens.id(of: token) else {
            throw (files.first ?? standard).error(key, "the token \(token.quoted) has no id")
        }
        return id
    }
}
