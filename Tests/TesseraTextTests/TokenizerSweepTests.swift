import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct TokenizerSweepTests {
    private static let text = "Hello, naïve  world\r\n 3.14 🙂<|endoftext|> ab"

    @Test func everyDamagedTokenizerIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["split-pattern", "added-tokens"] {
                let folder = try TemporaryFolder(copying: "tokenizers/" + name)
                try folder.sweep("tokenizer.json", changes: 1500) { try Self.tokenize(Tokenizer(ModelFolder($0))) }
            }
            let folder = try TemporaryFolder(copying: "tokenizers/vocabulary-and-merges")
            for file in ["merges.txt", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json"] {
                try folder.sweep(file, changes: 700) { try Self.tokenize(Tokenizer(ModelFolder($0))) }
            }
        }
    }

    @Test func everyDamagedSentencePieceIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let folder = try TemporaryFolder(copying: "tokenizers/sentencepiece-bytes")
            for (file, isText) in [
                ("sentencepiece.bpe.model", false), ("vocab.json", true), ("tokenizer_config.json", true),
            ] {
                try folder.sweep(file, changes: 1500, isText: isText) { path in
                    let tokenizer = try SentencePieceTokenizer(ModelFolder(path))
                    _ = tokenizer.decode(tokenizer.encode(Self.text))
                }
            }
        }
    }

    @Test func everyDamagedPieceTokenizerIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["xlm-roberta", "o200k"] {
                let folder = try TemporaryFolder(copying: "piece-tokenizers/" + name)
                try folder.sweep("tokenizer.json", changes: 150) { try Self.use(ModelFolder($0).textTokenizer()) }
            }
        }
    }

    @Test func everyDamagedVocabularyOfTokensIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let t5 = TemporaryFolder()
            for file in ["spiece.model", "tokenizer_config.json"] {
                t5.write(file, try InputFile(Fixtures.ownPath("text-t5/" + file)).contents(limit: 1 << 20))
            }
            try t5.sweep("tokenizer_config.json", changes: 300) { try Self.use(ModelFolder($0).textTokenizer()) }
            let clip = TemporaryFolder()
            for file in ["vocab.json", "merges.txt", "tokenizer_config.json"] {
                clip.write(file, try InputFile(Fixtures.ownPath("text-clip/" + file)).contents(limit: 1 << 20))
            }
            try clip.sweep("merges.txt", changes: 300) { try Self.use(ModelFolder($0).textTokenizer()) }
            try clip.sweep("tokenizer_config.json", changes: 300) { try Self.use(ModelFolder($0).textTokenizer()) }
        }
    }

    private static func use(_ tokenizer: any TextTokenizer) throws {
        if let pair = tokenizer.encode(text, pair: text, limit: 12) {
            _ = tokenizer.decode(pair.ids, skippingSpecialTokens: false)
        }
        _ = tokenizer.windows(of: text, limit: 8, stride: 3)
        var stream = StreamedText(tokenizer)
        for id in tokenizer.encodeBare(text).ids { _ = stream.append(id) }
        _ = stream.finish()
    }

    private static func tokenize(_ tokenizer: Tokenizer) throws {
        _ = tokenizer.decode(tokenizer.encode(text))
    }
}
