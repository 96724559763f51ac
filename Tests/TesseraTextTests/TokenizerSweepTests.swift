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

    private static func tokenize(_ tokenizer: Tokenizer) throws {
        _ = tokenizer.decode(tokenizer.encode(text))
    }
}
