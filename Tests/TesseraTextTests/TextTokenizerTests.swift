import TesseraFiles
import TesseraText
import TestSupport
import Testing

/// Tokenizers of every kind against what transformers makes of the same texts.
@Suite struct TextTokenizerTests {
    /// The files of which one at least makes a tokenizer.
    static let files = ["tokenizer.json", "merges.txt"]

    /// Folders of a tokenizer, save those that the product for speech reads, and those inside them.
    static let folders = Fixtures.folders(with: "config.json", "tokenizer_cases.json") { path in
        let type = try? JSONObject.read(path + "/config.json").string("model_type")
        return type != "whisper" && files.contains { (try? InputFile(path + "/" + $0)) != nil }
    }.flatMap { name in
        [name, name + "/cased"].filter { (try? InputFile(Fixtures.path($0 + "/tokenizer_cases.json"))) != nil }
    }

    /// Folders whose vocabulary has files of its own beside the tokenizer.json.
    static func folders(with file: String) -> [String] {
        folders.filter { (try? InputFile(Fixtures.path($0 + "/" + file))) != nil }
    }

    @Test func thereAreFolders() {
        #expect(Self.folders.count >= 3)
    }

    @Test(arguments: folders)
    func textsAreTransformers(name: String) throws {
        try compare(ModelFolder(Fixtures.path(name)).textTokenizer(), name)
    }

    /// A vocab.json and merges.txt say as much as a tokenizer.json, given the name of transformers' class, where they hold all tokens.
    @Test(
        arguments: folders(with: "merges.txt").filter { name in
            guard let file = try? JSONObject.read(Fixtures.path(name + "/tokenizer.json")) else { return true }
            let words = try? JSONObject.read(Fixtures.path(name + "/vocab.json"))
            return (try? PieceTokenizer(file))?.tokenCount == words?.members.count
        })
    func vocabulariesAndMergesAreEnough(name: String) throws {
        let folder = TemporaryFolder()
        for file in ["vocab.json", "merges.txt", "tokenizer_config.json", "config.json"] {
            folder.write(file, try InputFile(Fixtures.path("\(name)/\(file)")).contents(limit: 1 << 26))
        }
        try compare(ModelFolder(folder.path).textTokenizer(), name)
    }

    /// So does a spiece.model.
    @Test(arguments: folders(with: "spiece.model"))
    func piecesAreEnough(name: String) throws {
        let folder = TemporaryFolder()
        for file in ["spiece.model", "tokenizer_config.json", "config.json"] {
            folder.write(file, try InputFile(Fixtures.path("\(name)/\(file)")).contents(limit: 1 << 26))
        }
        try compare(ModelFolder(folder.path).textTokenizer(), name)
    }

    /// Ids, kinds of text, offsets, and the text that transformers makes of them again.
    private func compare(_ tokenizer: any TextTokenizer, _ name: String) throws {
        let cases = try objects(inList: Fixtures.path("\(name)/tokenizer_cases.json"))
        #expect(!cases.isEmpty)
        for object in cases {
            let expected = try Encoding(object)
            let comment = Comment(rawValue: expected.text.debugDescription)
            let limit = object.contains("max_length") ? try object.integer("max_length", in: 1...10_000) : nil
            let found = try #require(
                tokenizer.encode(
                    expected.text, pair: object.contains("pair") ? object.string("pair") : nil, limit: limit,
                    truncation: strategy(object)))
            #expect(found.ids == expected.ids, comment)
            #expect(found.isTruncated == (limit != nil))
            if let types = try object.numbers("type_ids") { #expect(found.typeIDs == types.map { Int32($0) }, comment) }
            if object.contains("offsets") { #expect(found.offsets == (try offsets(object)), comment) }
            for (key, skips) in [("decoded", false), ("decoded_plain", true)] {
                let text = tokenizer.decode(found.ids, skippingSpecialTokens: skips)
                #expect(sameBytes(text, try object.string(key)), "\(text.debugDescription)")
            }
        }
    }

    /// `true` is the longer text first.
    private func strategy(_ object: JSONObject) throws -> TruncationStrategy {
        guard case .string(let name)? = object.value("truncation") else { return .longestFirst }
        return try #require(TruncationStrategy(rawValue: name))
    }

    @Test(arguments: folders)
    func tokensHaveNamesAndIDs(name: String) throws {
        let tokenizer = try ModelFolder(Fixtures.path(name)).textTokenizer()
        #expect(tokenizer.tokenCount > 0 && tokenizer.specialIDs.allSatisfy(tokenizer.isSpecial))
        for id in 0..<Int32(tokenizer.tokenCount) {
            guard let token = tokenizer.token(id) else { continue }
            #expect(tokenizer.id(of: token) == id)
        }
        #expect(tokenizer.token(-1) == nil && tokenizer.token(Int32(tokenizer.tokenCount)) == nil)
        #expect(tokenizer.id(of: "<|nothing of the kind|>") == nil)
        #expect(tokenizer.decode([.min, -1, .max, Int32(tokenizer.tokenCount)]) == "")
    }

    /// Windows hold, one after the other, what the text holds, and no more tokens than they may.
    @Test(arguments: folders)
    func windowsCoverTheText(name: String) throws {
        let tokenizer = try ModelFolder(Fixtures.path(name)).textTokenizer()
        let text = try objects(inList: Fixtures.path("\(name)/tokenizer_cases.json")).map { try $0.string("text") }
            .joined(separator: " ")
        let whole = tokenizer.encodeBare(text).ids
        let windows = tokenizer.windows(of: text, limit: 40, stride: 10)
        #expect(windows.count > 3 && windows.allSatisfy { $0.count <= 40 })
        var joined: [Int32] = []
        for window in windows {
            let tokens = window.ids.indices.filter { window.sources[$0] == 0 }.map { window.ids[$0] }
            joined += tokens.dropFirst(joined.isEmpty ? 0 : 10)
        }
        #expect(joined == whole)
    }

    /// Token by token the text is the same as at once, and never a part of a character.
    @Test(
        arguments: folders.filter { name in
            (try? JSONObject.read(Fixtures.path(name + "/tokenizer.json")).object("model")?.string("type"))
                != "WordPiece"
        }, [true, false])
    func textComesTokenByToken(name: String, skips: Bool) throws {
        let tokenizer = try ModelFolder(Fixtures.path(name)).textTokenizer()
        for object in try objects(inList: Fixtures.path("\(name)/tokenizer_cases.json")) {
            let ids = try Encoding(object).ids
            var stream = StreamedText(tokenizer, skippingSpecialTokens: skips)
            let given = ids.map { stream.append($0) } + [stream.finish()]
            let expected = tokenizer.decode(ids, skippingSpecialTokens: skips)
            #expect(sameBytes(given.joined(), expected), "\(given)")
            if !expected.contains("\u{FFFD}") { #expect(!given.contains { $0.contains("\u{FFFD}") }) }
        }
    }
}
