import TesseraFiles
import TesseraText
import TestSupport
import Testing

/// The vocabulary of the digits' recogniser, which `Training/make_digits_model.py` makes, as our tokenizer reads it.
@Suite struct DigitsVocabularyTests {
    static let folder = Fixtures.ownPath("../../Training/speech-digits")
    static let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

    @Test("A digit's word is one token, with a space before it and without", arguments: words)
    func word(word: String) throws {
        let tokenizer = try Tokenizer(ModelFolder(DigitsVocabularyTests.folder))
        for text in [word, " " + word] {
            let ids = tokenizer.encode(text)
            #expect(ids.count == 1)
            #expect(tokenizer.decode(ids) == text)
        }
    }

    @Test("Strings of digits have a token a digit, and any other text can be written too")
    func strings() throws {
        let tokenizer = try Tokenizer(ModelFolder(DigitsVocabularyTests.folder))
        let digits = [3, 1, 4].flatMap { tokenizer.encode(" " + DigitsVocabularyTests.words[$0]) }
        #expect(tokenizer.encode(" three one four") == digits)
        for text in ["", " Grüße, 42 ☃", "threefold\n"] { #expect(tokenizer.decode(tokenizer.encode(text)) == text) }
    }

    @Test("The settings name tokens that the vocabulary has, and as many as there are")
    func settings() throws {
        let tokenizer = try Tokenizer(ModelFolder(DigitsVocabularyTests.folder))
        let generation = try JSONObject.read(DigitsVocabularyTests.folder + "/generation_config.json")
        let config = try JSONObject.read(DigitsVocabularyTests.folder + "/config.json")
        #expect(try config.integer("vocab_size", in: 1...10_000) == tokenizer.count)
        for (key, text) in [
            ("eos_token_id", "<|endoftext|>"), ("decoder_start_token_id", "<|startoftranscript|>"),
            ("prev_sot_token_id", "<|startofprev|>"), ("no_timestamps_token_id", "<|notimestamps|>"),
        ] {
            let id = tokenizer.id(of: text)
            #expect(id != nil)
            #expect(try generation.integer(key, in: 0...10_000) == id.map(Int.init), "\(key)")
        }
        // A timestamp every 20 ms, from 0 to the end of the window.
        let positions = try config.integer("max_source_positions", in: 1...10_000)
        let first = try #require(tokenizer.id(of: "<|0.00|>"))
        #expect(tokenizer.id(of: "<|8.00|>") == first + Int32(positions))
        #expect(tokenizer.count == Int(first) + positions + 1)
    }
}
