import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct TokenizerParityTests {
    static let folders = Fixtures.folders(with: "config.json", "tokenizer.json", "tokenizer_cases.json") { path in
        (try? JSONObject.read(path + "/config.json").string("model_type")) == "whisper"
    }

    @Test("Text becomes the reference's ids, and the ids that text", arguments: folders)
    func fixture(name: String) throws {
        let tokenizer = try Tokenizer(ModelFolder(Fixtures.path(name)))
        let cases = try objects(inList: Fixtures.path("\(name)/tokenizer_cases.json")).map(Encoding.init)
        #expect(!cases.isEmpty)
        for encoding in cases {
            #expect(tokenizer.encode(encoding.text) == encoding.ids)
            #expect(sameBytes(tokenizer.decode(encoding.ids), encoding.text))
        }
    }

    /// Folders of vocabularies, and of what transformers makes of random texts and ids with them.
    static let own = [
        ("whisper", "tokenizers/whisper"), ("tokenizers/added-tokens", "tokenizers/added-tokens"),
        ("tokenizers/split-pattern", "tokenizers/split-pattern"),
        ("tokenizers/vocabulary-and-merges", "tokenizers/vocabulary-and-merges"),
    ]

    @Test("Random texts become transformers' ids", arguments: own)
    func encodings(model: String, cases: String) throws {
        let tokenizer = try Tokenizer(ModelFolder(Fixtures.ownPath(model)))
        let encodings = try JSONObject.read(Fixtures.ownPath(cases + "/cases.json")).objects("encodings")
        #expect(encodings.count >= 200)
        for encoding in try encodings.map(Encoding.init) {
            #expect(tokenizer.encode(encoding.text) == encoding.ids, "\(encoding.text.debugDescription)")
        }
    }

    @Test("Random ids become transformers' text, at once and token by token", arguments: own)
    func decodings(model: String, cases: String) throws {
        let tokenizer = try Tokenizer(ModelFolder(Fixtures.ownPath(model)))
        let decodings = try JSONObject.read(Fixtures.ownPath(cases + "/cases.json")).objects("decodings")
        #expect(decodings.count >= 200)
        for decoding in try decodings.map(Decoding.init) {
            for (text, skips) in [(decoding.all, false), (decoding.skipped, true)] {
                #expect(
                    sameBytes(tokenizer.decode(decoding.ids, skippingSpecialTokens: skips), text), "\(decoding.ids)")
                var stream = StreamingDecoder(tokenizer, skippingSpecialTokens: skips)
                let streamed = decoding.ids.map { stream.append($0) }.joined() + stream.finish()
                #expect(sameBytes(streamed, text), "\(decoding.ids)")
            }
        }
    }

    @Test("What is looked up comes from the file: names, ids, bytes", arguments: ["whisper", "whisper-longform"])
    func lookup(name: String) throws {
        let file = try JSONObject.read(Fixtures.path("\(name)/tokenizer.json"))
        let tokenizer = try Tokenizer(file)
        let vocabulary = try #require(try file.object("model")?.object("vocab"))
        let added = try file.objects("added_tokens")
        #expect(tokenizer.count == vocabulary.members.count + added.count)
        for token in added {
            let (content, id) = (try token.string("content"), Int32(try token.integer("id", in: 0...1 << 24)))
            #expect(tokenizer.id(of: content) == id && tokenizer.bytes(of: id) == Array(content.utf8))
            #expect(tokenizer.isSpecial(id) == (try token.boolean("special")))
            #expect(tokenizer.encode(content) == [id])
            #expect(!tokenizer.encode(content, recognisingAddedTokens: false).contains(id))
        }
        #expect(tokenizer.specialIDs.allSatisfy(tokenizer.isSpecial) && !tokenizer.specialIDs.isEmpty)
        #expect(tokenizer.id(of: " ") == Int32(try vocabulary.integer("Ġ", in: 0...1 << 24)))
        #expect(tokenizer.id(of: "<|nothing|>") == nil && tokenizer.bytes(of: -1) == nil)
        #expect(tokenizer.bytes(of: Int32(tokenizer.count)) == nil && !tokenizer.isSpecial(Int32(tokenizer.count)))
        #expect(tokenizer.decode([.min, .max, Int32(tokenizer.count)]) == "")
    }
}
