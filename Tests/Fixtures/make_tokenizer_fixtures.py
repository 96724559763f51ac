"""Writes the tokenizer fixtures: `python make_tokenizer_fixtures.py` (tokenizers 0.23, transformers 5.23, sentencepiece 0.2.3).

Texts and ids are drawn at random, from a seed, and the reference libraries say what becomes of them. Each case file holds
`encodings` (text, ids) and `decodings` (ids; `all`: their text with special tokens, `skipped`: without).

whisper, speech2text: cases for the fixtures of those names.
added-tokens: byte-level BPE with added tokens of every kind, a space put before text, an unknown token; merges in pairs.
split-pattern: a Sequence of Split and ByteLevel, words that are tokens taken whole; merges as strings.
vocabulary-and-merges: vocab.json, merges.txt and the files beside them, without a tokenizer.json.
sentencepiece-bytes: a unigram model without a character map, with pieces for bytes and a user's symbol, spaces kept.
"""

import io
import json
import os
import random
import shutil

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, Speech2TextTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "tokenizers")
TEXT = ["the quick brown fox jumps over the lazy dog", "she sells sea shells by the sea shore", "It's fine; we've walked",
        "Überraschung, façade, naïve, 東京, привет", "3.14159 and 2,718 are numbers", "one two three four five six seven"]
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
FRAGMENTS = ["the", " the", "  ", "   ", "\n", "\r\n", "\t", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200b", "\u2028",
             "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "’s", "''", "don't", "I'll", "3", "14", "١٢", "Ⅷ", "½", "²",
             "é", "e\u0301", "ñ", "ü", "東京", "привет", "नमस्ते", "ไทย", "한국어", "\u1112\u1161\u11ab", "🙂", "👨‍👩‍👧‍👦", "🇩🇪",
             "\0", "\x01", "\x1c", "\x1f", "\x7f", "!", "...", "?!", "-", "_", "<|", "|>", "<", "ǅ", "ʰ", "ª", "\ufeff",
             "\ufffd", "\U0010ffff", "\ue000", "a", " ", "\n\n", "\n ", " \n", "x" * 40, "ﬁ", "①", "ﷺ", "Ａ", "㍿", "ⅷ", "ｶﾞ",
             "\u00ad", "river", "rain", "\u2581", "one two"]
random_source = random.Random(20)


def random_text(specials):
    kind = random_source.random()
    if kind < 0.5:
        return "".join(random_source.choice(FRAGMENTS) for _ in range(random_source.randint(0, 12)))
    if kind < 0.75:
        return "".join(random_source.choice(FRAGMENTS + specials * 8) for _ in range(random_source.randint(0, 9)))
    if kind < 0.85:
        text = [chr(random_source.randint(0, random_source.choice([0x7F, 0x2FF, 0x86F]))) for _ in range(20)]
        return "".join(text)
    return "".join(random_source.choice("abcdefghijklmnopqrstuvwxyz    '.,ABC012\n") for _ in range(60))


def write_cases(path, encode, decode, count, specials, cases=250):
    encodings = []
    for _ in range(cases):
        text = random_text(specials)
        encodings.append({"text": text, "ids": encode(text)})
    decodings = []
    for _ in range(cases):
        ids = [random_source.randrange(count if random_source.random() < 0.5 else min(count, 260))
               for _ in range(random_source.randint(0, 16))]
        decodings.append({"ids": ids, "all": decode(ids, False), "skipped": decode(ids, True)})
    with open(path, "w") as file:
        json.dump({"encodings": encodings, "decodings": decodings}, file, separators=(",", ":"))


def byte_level_cases(path, tokenizer):
    specials = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    write_cases(path, lambda text: tokenizer.encode(text, add_special_tokens=False).ids,
                lambda ids, skip: tokenizer.decode(ids, skip_special_tokens=skip), tokenizer.get_vocab_size(), specials)


def train(tokenizer, alphabet):
    trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXT * 4, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def folder(name):
    path = os.path.join(OUT, name)
    os.makedirs(path)
    return path


def added_tokens():
    # One byte is left out of the vocabulary, so that there is something unknown.
    alphabet = [letter for letter in pre_tokenizers.ByteLevel.alphabet() if letter != "Ł"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer = train(tokenizer, alphabet)
    model = json.loads(tokenizer.to_str())
    model["model"]["vocab"]["<unk>"] = len(model["model"]["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(model))
    tokenizer.add_special_tokens(["<unk>", "<|end|>"])
    tokenizer.add_tokens([
        AddedToken("<left>", lstrip=True, normalized=False), AddedToken("<right>", rstrip=True, normalized=False),
        AddedToken("<both>", lstrip=True, rstrip=True), AddedToken("word", single_word=True), AddedToken("<|en"),
        AddedToken("<|end", normalized=False), AddedToken("d|>")])
    path = folder("added-tokens")
    tokenizer.save(path + "/tokenizer.json", pretty=False)
    byte_level_cases(path + "/cases.json", tokenizer)


def split_pattern():
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(GPT2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer = train(tokenizer, pre_tokenizers.ByteLevel.alphabet())
    contents = json.loads(tokenizer.to_str())
    contents["model"]["merges"] = [" ".join(merge) for merge in contents["model"]["merges"][:40]]
    path = folder("split-pattern")
    with open(path + "/tokenizer.json", "w") as file:
        json.dump(contents, file, ensure_ascii=False)
    byte_level_cases(path + "/cases.json", Tokenizer.from_file(path + "/tokenizer.json"))


def vocabulary_and_merges():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    model = json.loads(train(tokenizer, pre_tokenizers.ByteLevel.alphabet()).to_str())["model"]
    path = folder("vocabulary-and-merges")
    model["vocab"]["<|endoftext|>"] = len(model["vocab"])
    count = len(model["vocab"])

    def save(name, contents):
        with open(f"{path}/{name}", "w") as file:
            json.dump(contents, file, ensure_ascii=False)
    save("vocab.json", model["vocab"])
    save("added_tokens.json", {"<|one|>": count, "<|two|>": count + 1})
    special = {"content": "<|one|>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    save("special_tokens_map.json", {"eos_token": "<|endoftext|>", "additional_special_tokens": ["<|one|>"]})
    save("tokenizer_config.json", {
        "tokenizer_class": "GPT2Tokenizer", "eos_token": "<|endoftext|>", "bos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>", "pad_token": "<|pad|>",
        "added_tokens_decoder": {str(count): special | {"special": True},
                                 str(count + 1): special | {"content": "<|two|>", "special": False}}})
    with open(path + "/merges.txt", "w") as file:
        file.write("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in model["merges"]))
    byte_level_cases(path + "/cases.json", AutoTokenizer.from_pretrained(path).backend_tokenizer)


def sentencepiece_cases(path, source):
    """By transformers, whose version 5 reads do_lower_case and does not heed it."""
    tokenizer = Speech2TextTokenizer.from_pretrained(source)
    lower = str.lower if tokenizer.do_lower_case else str
    write_cases(path, lambda text: tokenizer.encode(lower(text), add_special_tokens=False),
                lambda ids, skip: tokenizer.decode(ids, skip_special_tokens=skip), len(tokenizer),
                ["<s>", "</s>", "<unk>", "<pad>", "<sym>"])


def sentencepiece_bytes():
    path = folder("sentencepiece-bytes")
    # Not by file names, which the model would keep.
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter("\n".join(TEXT * 4).split("\n")), model_writer=trained, model_type="unigram", vocab_size=400, hard_vocab_limit=False,
        bos_id=0, pad_id=1, eos_id=2, unk_id=3, character_coverage=0.98, byte_fallback=True, minloglevel=2,
        normalization_rule_name="identity", remove_extra_whitespaces=False, user_defined_symbols=["<sym>"])
    with open(path + "/sentencepiece.bpe.model", "wb") as file:
        file.write(trained.getvalue())
    model = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    pieces = [model.id_to_piece(index) for index in range(model.get_piece_size())]
    rest = pieces[4:]
    random_source.shuffle(rest)
    with open(path + "/vocab.json", "w") as file:
        json.dump({piece: index for index, piece in enumerate(pieces[:4] + rest)}, file, ensure_ascii=False)
    with open(path + "/tokenizer_config.json", "w") as file:
        json.dump({"tokenizer_class": "Speech2TextTokenizer"}, file)
    sentencepiece_cases(path + "/cases.json", path)


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    byte_level_cases(folder("whisper") + "/cases.json", Tokenizer.from_file(HERE + "/whisper/tokenizer.json"))
    sentencepiece_cases(folder("speech2text") + "/cases.json", HERE + "/speech2text")
    added_tokens()
    split_pattern()
    vocabulary_and_merges()
    sentencepiece_bytes()
