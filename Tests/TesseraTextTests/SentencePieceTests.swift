import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct SentencePieceTests {
    private let folder = TemporaryFolder()

    static let folders = Fixtures.folders(with: "sentencepiece.bpe.model", "vocab.json", "tokenizer_cases.json")

    @Test("Text becomes the reference's ids, and the ids its text", arguments: folders)
    func fixture(name: String) throws {
        let tokenizer = try SentencePieceTokenizer(ModelFolder(Fixtures.path(name)))
        let cases = try objects(inList: Fixtures.path("\(name)/tokenizer_cases.json"))
        #expect(!cases.isEmpty)
        for object in cases {
            let encoding = try Encoding(object)
            #expect(tokenizer.encode(encoding.text) == encoding.ids)
            #expect(sameBytes(tokenizer.decode(encoding.ids), try object.string("decoded")))
        }
    }

    /// A model with nmt's character map that lower-cases; one without a map, with bytes, a user's symbol, spaces kept.
    static let own = [
        ("speech2text", "tokenizers/speech2text"), ("tokenizers/sentencepiece-bytes", "tokenizers/sentencepiece-bytes"),
    ]

    @Test("Random texts become transformers' ids, and random ids its text", arguments: own)
    func random(model: String, cases: String) throws {
        let tokenizer = try SentencePieceTokenizer(ModelFolder(Fixtures.ownPath(model)))
        let file = try JSONObject.read(Fixtures.ownPath(cases + "/cases.json"))
        let (encodings, decodings) = (try file.objects("encodings"), try file.objects("decodings"))
        #expect(encodings.count >= 200 && decodings.count >= 200)
        for encoding in try encodings.map(Encoding.init) {
            #expect(tokenizer.encode(encoding.text) == encoding.ids, "\(encoding.text.debugDescription)")
        }
        for decoding in try decodings.map(Decoding.init) {
            let all = tokenizer.decode(decoding.ids, skippingSpecialTokens: false)
            #expect(sameBytes(all, decoding.all), "\(decoding.ids)")
            #expect(sameBytes(tokenizer.decode(decoding.ids), decoding.skipped), "\(decoding.ids)")
        }
    }

    /// The fixture with another tokenizer_config.json and, where it is given, another vocabulary.
    private func tokenizer(_ settings: String, vocabulary: String? = nil) throws -> SentencePieceTokenizer {
        let source = "speech2text/sentencepiece.bpe.model"
        folder.write("sentencepiece.bpe.model", try InputFile(Fixtures.ownPath(source)).contents(limit: 1 << 20))
        folder.write("vocab.json", vocabulary ?? text(Fixtures.ownPath("speech2text/vocab.json")))
        folder.write("tokenizer_config.json", settings)
        return try SentencePieceTokenizer(ModelFolder(folder.path))
    }

    @Test("Case, the end token and the language's token are as the settings say")
    func settings() throws {
        let upper = try tokenizer(#"{"do_lower_case": true, "do_upper_case": true}"#)
        let ids = upper.encode("The RIVER", addingSpecialTokens: true)
        #expect(ids == upper.encode("the river") + [upper.endID])
        #expect(upper.decode(ids) == "THE RIVER" && upper.language == nil)
        #expect(upper.decode(ids, skippingSpecialTokens: false) == "THE RIVER</s>")
        #expect(upper.isSpecial(upper.endID) && upper.isSpecial(upper.unknownID))

        let several = try tokenizer(#"{"lang_codes": "mustc", "tgt_lang": "de"}"#)
        #expect(several.languageIDs.count == 8 && several.count == upper.count + 8)
        let german = try #require(several.languageIDs["de"])
        #expect(several.id(of: "<lang:de>") == german && several.isSpecial(german))
        let tagged = several.encode("the river", addingSpecialTokens: true)
        #expect(tagged == [german] + several.encode("the river") + [several.endID])
        #expect(several.decode(tagged) == "the river")
    }

    @Test("Pieces that the vocabulary lacks are unknown, and the ids are the vocabulary's alone")
    func vocabulary() throws {
        let words = #"{"</s>": 0, "<unk>": 1, "<s>": 2, "<pad>": 3, "re": 4, "▁": 5, "Z": 6}"#
        let tokenizer = try tokenizer("{}", vocabulary: words)
        #expect(tokenizer.encode("the Z re") == [1, 1, 5, 6, 5, 4])
        #expect(tokenizer.count == 7 && tokenizer.endID == 0 && tokenizer.unknownID == 1)
    }

    @Test(
        "Settings and vocabularies that contradict themselves are refused",
        arguments: [
            (#"{"lang_codes": "elvish"}"#, nil, "lang_codes"),
            (#"{"lang_codes": "mustc", "tgt_lang": "zz"}"#, nil, "tgt_lang"),
            (#"{"do_lower_case": 1}"#, nil, "do_lower_case"), (#"{"eos_token": 3}"#, nil, "eos_token"),
            (#"{"unk_token": ""}"#, nil, "unk_token"),
            ("{}", #"{"<s>": 0, "</s>": 0}"#, "0"), ("{}", #"{"<s>": 0, "</s>": 9}"#, "gap"),
        ] as [(String, String?, String)])
    func refuses(settings: String, vocabulary: String?, cause: String) throws {
        let error = try #require(throws: FileError.self) { try tokenizer(settings, vocabulary: vocabulary) }
        #expect(error.kind == .badData && error.description.hasPrefix(folder.path))
        #expect(error.description.contains(cause), "\(error)")
    }
}
