/// The files of tokenizers, which a trained model has from the one it began with, as they are.
package let tokenizerFileNames = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "vocab.txt",
    "merges.txt", "source.spm", "target.spm", "spiece.model", "sentencepiece.bpe.model",
]
