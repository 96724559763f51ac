internal import TesseraFiles

/// Gathers the added tokens that the files of a folder name, each in its own way.
struct AddedTokenList {
    private(set) var tokens: [AddedToken] = []
    private let vocabulary: TokenTable
    private var positionsByContent: [ByteKey: Int] = [:]
    private var positionsByID: [Int32: Int] = [:]
    /// The number of tokens, those of the vocabulary included.
    private(set) var tokenCount: Int

    init(_ vocabulary: TokenTable) { (self.vocabulary, tokenCount) = (vocabulary, vocabulary.count) }

    /// Adds a token, unless it is known with the same id already.
    ///
    /// - Throws: `FileError.badData` when its id is another token's, or it has two ids.
    mutating func add(_ token: AddedToken, _ place: JSONObject, _ key: String) throws(FileError) {
        guard token.content.utf8.count <= PrefixIndex.lengthLimit else {
            throw place.error(key, "an added token has more than \(PrefixIndex.lengthLimit) bytes")
        }
        let name = token.content.quoted
        if let known = positionsByContent[ByteKey(token.content)] {
            guard tokens[known].id == token.id else {
                throw place.error(key, "the token \(name) has the ids \(tokens[known].id) and \(token.id)")
            }
            return
        }
        if let known = positionsByID[token.id] {
            throw place.error(key, "the tokens \(tokens[known].content.quoted) and \(name) share the id \(token.id)")
        }
        if let spelled = vocabulary[Int(token.id)], !spelled.elementsEqual(token.content.utf8) {
            let other = String(decoding: spelled, as: UTF8.self).quoted
            throw place.error(key, "the tokens \(other) and \(name) share the id \(token.id)")
        }
        if let id = vocabulary.id(of: token.content), id != token.id {
            throw place.error(key, "the token \(name) has the ids \(id) and \(token.id)")
        }
        positionsByContent[ByteKey(token.content)] = tokens.count
        positionsByID[token.id] = tokens.count
        tokens.append(token)
        if vocabulary[Int(token.id)] == nil { tokenCount += 1 }
    }

    /// Marks a token as special. One that is nowhere yet takes the id after the last, as in transformers.
    ///
    /// - Parameter token: as it is named, without an id.
    mutating func addSpecial(_ token: AddedToken, _ place: JSONObject, _ key: String) throws(FileError) {
        if let known = positionsByContent[ByteKey(token.content)] {
            tokens[known].isSpecial = true
        } else {
            var token = token
            token.id = vocabulary.id(of: token.content) ?? Int32(tokenCount)
            token.isSpecial = true
            try add(token, place, key)
        }
    }

    /// The same for a token of which nothing but the name is known.
    mutating func addSpecial(_ content: String, _ place: JSONObject, _ key: String) throws(FileError) {
        try addSpecial(AddedToken(content: content, id: -1, isSpecial: true), place, key)
    }

    /// Checks that every id up to the last is a token's.
    ///
    /// - Throws: `FileError.badData` naming the first that is missing.
    func checkForGaps(path: String) throws(FileError) {
        let highest = max(vocabulary.idLimit - 1, Int(positionsByID.keys.max() ?? -1))
        guard highest >= tokenCount else { return }
        for id in 0..<highest where vocabulary[id] == nil && positionsByID[Int32(id)] == nil {
            let cause = "no token has the id \(id), but there are ids up to \(highest): they must leave no gap"
            throw FileError(.badData, path: path, cause: cause)
        }
    }
}
