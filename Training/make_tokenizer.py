"""Trains a tokenizer on plain text, and writes it as the hub has it.

    pip install tokenizers
    python3 make_tokenizer.py KIND OUTPUT TEXT… [--vocabulary 8000]

KIND is bpe (of bytes, as GPT-2's), unigram (SentencePiece's, as T5's) or wordpiece (lower-cased, as BERT's). OUTPUT gets tokenizer.json and
tokenizer_config.json: with a config.json beside them a new model can be trained, and transformers reads them too.
"""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers


def bpe(size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    special = ["<|endoftext|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    return tokenizer, trainer, {"tokenizer_class": "GPT2TokenizerFast", **dict.fromkeys(["bos_token", "eos_token", "unk_token"], special[0])}


def unigram(size):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("\n", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=special, unk_token="<unk>", show_progress=False)
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    return tokenizer, trainer, {"tokenizer_class": "T5TokenizerFast", "extra_ids": 0, "additional_special_tokens": [], **names}


def wordpiece(size):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=special, show_progress=False)
    names = {f"{token[1:-1].lower()}_token": token for token in special}
    return tokenizer, trainer, {"tokenizer_class": "BertTokenizerFast", "do_lower_case": True, **names}


def add_ends(kind, tokenizer):
    """What the model expects around a text."""
    def ends(*tokens):
        return [(token, tokenizer.token_to_id(token)) for token in tokens]

    if kind == "unigram":
        tokenizer.post_processor = processors.TemplateProcessing(
            single="$A </s>", pair="$A </s> $B </s>", special_tokens=ends("</s>"))
    if kind == "wordpiece":
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends("[CLS]", "[SEP]"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["bpe", "unigram", "wordpiece"])
    parser.add_argument("output", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--vocabulary", type=int, default=8000)
    options = parser.parse_args()
    tokenizer, trainer, settings = {"bpe": bpe, "unigram": unigram, "wordpiece": wordpiece}[options.kind](options.vocabulary)
    tokenizer.train([str(path) for path in options.texts], trainer)
    add_ends(options.kind, tokenizer)
    options.output.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(options.output / "tokenizer.json"))
    settings = {"model_max_length": 512, **settings}
    (options.output / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n")


if __name__ == "__main__":
    main()
