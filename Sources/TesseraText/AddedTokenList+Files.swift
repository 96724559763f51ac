package import TesseraFiles

extension AddedTokenList {
    /// The highest id that is accepted of an added token: a vocabulary's file cannot name more tokens.
    private static let idLimit = 1 << 24

    /// Adds the tokens of tokenizer.json's `added_tokens`.
    mutating func add(tokenizer: JSONObject) throws(FileError) {
        for token in try tokenizer.objects("added_tokens") {
            try add(try Self.token(token, id: token.integer("id", in: 0...Self.idLimit)), token, "content")
        }
    }

    /// Adds the tokens of an added_tokens.json, which gives each its id and nothing else.
    mutating func add(contentsAndIDs file: JSONObject) throws(FileError) {
        for content in file.keys {
            let id = Int32(try file.integer(content, in: 0...Self.idLimit))
            try add(AddedToken(content: content, id: id, isSpecial: false), file, content)
        }
    }

    /// Adds the tokens that a tokenizer_config.json describes.
    mutating func add(described settings: JSONObject) throws(FileError) {
        guard let described = try settings.object("added_tokens_decoder") else { return }
        for key in described.keys {
            guard let id = Int(key), (0...Self.idLimit).contains(id), let token = try described.object(key) else {
                throw described.error(key, "it must be an id between 0 and \(Self.idLimit), and describe a token")
            }
            try add(try Self.token(token, id: id), token, "content")
        }
    }

    /// Adds, or marks, the special tokens that a tokenizer_config.json or a special_tokens_map.json names.
    mutating func add(named settings: JSONObject) throws(FileError) {
        for key in ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"] {
            guard let name = try settings.tokenName(key) else { continue }
            if case .object? = settings.value(key), let described = try settings.object(key) {
                try addSpecial(try Self.token(described, id: -1), settings, key)
            } else {
                try addSpecial(name, settings, key)
            }
        }
        for key in ["additional_special_tokens", "extra_special_tokens"] {
            for name in try settings.tokenNames(key) { try addSpecial(name, settings, key) }
        }
    }

    private static func token(_ token: JSONObject, id: Int) throws(FileError) -> AddedToken {
        let isSpecial = try token.boolean("special", default: false)
        return AddedToken(
            content: try token.string("content"), id: Int32(id), isSpecial: isSpecial,
            isNormalised: try token.boolean("normalized", default: !isSpecial),
            stripsLeft: try token.boolean("lstrip", default: false),
            stripsRight: try token.boolean("rstrip", default: false),
            isSingleWord: try token.boolean("single_word", default: false))
    }
}

extension JSONObject {
    /// The token that `key` names, by its content alone or by a description; `nil` when it is absent.
    package func tokenName(_ key: String) throws(FileError) -> String? {
        guard contains(key), let value = value(key) else { return nil }
        return try tokenName(value, key)
    }

    /// The tokens that the list, or the object, under `key` names.
    fileprivate func tokenNames(_ key: String) throws(FileError) -> [String] {
        guard contains(key), let value = value(key) else { return [] }
        let values: [JSONValue]
        switch value {
        case .array(let elements): values = elements
        case .object(let members): values = members.map(\.value)
        default: throw error(key, "it must be a list of tokens")
        }
        var names: [String] = []
        for value in values { names.append(try tokenName(value, key)) }
        return names
    }

    private func tokenName(_ value: JSONValue, _ key: String) throws(FileError) -> String {
        switch value {
        case .string(let name): return name
        case .object(let members):
            guard let content = members.first(where: { $0.name.hasSameBytes(as: "content") }) else { break }
            return try tokenName(content.value, key)
        default: break
        }
        throw error(key, "it must name a token")
    }
}
