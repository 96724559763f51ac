"""Writes the fixtures of PieceTokenizer: `python make_piece_tokenizer_fixtures.py` (tokenizers 0.23, sentencepiece 0.2).

piece-tokenizers/lines.json: texts in 24 languages, with emoji, marks and control characters.
piece-tokenizers/NAME/tokenizer.json: vocabularies of Llama 2's kind, of XLM-RoBERTa's, and with all other steps that are known here.
piece-tokenizers/checksums.json: for each of them, and for the fixtures of published families, what `tokenizers` makes of each line and of
seven others behind it: the CRC-32 of ids, places, words and texts, as `checksum` puts them together.
"""

import io
import json
import os
import random
import struct
import unicodedata
import zlib

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "piece-tokenizers")
SENTENCES = """The lighthouse keeper counts 37 ships.|Wäre es nicht so spät, käme sie noch; Großmutter weiß es.
L'été à Besançon, naïve façade… n'est-ce pas ?|¿Quién cuenta las barcas? El niño dibuja.|Il treno attraversa il ponte. Perché no?
O relojoeiro já não vende relógios em São Paulo.|Łódka płynie przez jezioro, a gęś śpi.|Příliš mnoho houslí čeká.
Işık ıslak taşın üstünde, İSTANBUL.|Смотритель маяка считает корабли; Ёлка поёт.|Ο φύλακας του φάρου μετρά τα πλοία, ΟΔΟΣ.
שומר המגדלור סופר את הספינות.|حارس المنارة يعد السفن كل صباح.|दीपघर का रखवाला जहाज़ गिनता है।|灯台守は朝ごはんの前に船を数える。
守塔人每天早上数船，１２３。|등대지기는 아침마다 배를 센다.|Người gác hải đăng đếm tàu trước bữa sáng.|ผู้ดูแลประภาคารนับเรือ|வணக்கம் உலகம்
Hyvää huomenta, äiti lähtee työhön|don't I'VE we'll it'S O'Neill's they'd|if(a_b<c[1]){return "ok";} // #1 $5 50% ^~`
3.14159 1,000,000 ½ x² ﬁne ＦＵＬＬ™ Ω""".replace("\n", "|").split("|")
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x9FF),
    (0xB80, 0xBFF), (0xE00, 0xE7F), (0x10A0, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x214F), (0x2190, 0x23FF), (0x3000, 0x318F),
    (0x4E00, 0x5FFF), (0xAC00, 0xD7A3), (0xF900, 0xFE6F), (0xFF00, 0xFFEF), (0x10000, 0x1007F), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F9FF), (0x1F1E6, 0x1F1FF), (0x1F3FB, 0x1F3FF), (0x20000, 0x20100), (0x200B, 0x200F), (0, 0x1F), (0x7F, 0x9F),
]  # fmt: skip
NAMES = ["<s>", "</s>", "<unk>", "<mask>", "<|endoftext|>", "<extra_id_1>", "[INST]", "[MASK]", "Ärger", "Leuchtturm"]
SPACES = [" ", "\n", "\t", "\r\n", "  ", "    ", "'"]
PUBLISHED = ["text-roberta", "text-bart", "text-gpt2-generation", "text-llama", "text-qwen2", "text-gpt-neox", "text-clip", "text-t5"]
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
source = random.Random(12)


def line():
    words = []
    for _ in range(source.randint(0, 4)):
        kind = source.random()
        if kind < 0.5:
            words.append(source.choice(SENTENCES))
        elif kind < 0.6:
            words.append(source.choice(NAMES))
        elif kind < 0.65:
            words.append(source.choice(SPACES) * source.randint(1, 5))
        else:
            first, last = source.choice(BLOCKS)
            words.append("".join(chr(source.randint(first, last)) for _ in range(source.randint(1, 8))))
    text = source.choice([" ", "", " ", "  ", "-", "\t", "\n"]).join(words)
    return unicodedata.normalize(source.choice(["NFD", "NFC", "NFKD"]), text) if source.random() < 0.2 else text


def character_map():
    """Compatibility forms, compositions and spaces, in place of SentencePiece's quarter of a megabyte."""
    rules = {(c,): (32,) for c in (9, 10, 13)} | {(c,): () for c in (0x200B, 0xFEFF, 0xAD)}
    for c in [*range(0xA0, 0x250), *range(0x2000, 0x2070), 0x2122, 0x2126, 0x3000, *range(0xFF01, 0xFF5F)]:
        composed, parts = (tuple(map(ord, unicodedata.normalize(form, chr(c)))) for form in ("NFKC", "NFD"))
        if composed != (c,):
            rules.setdefault((c,), composed)
        if len(parts) > 1:
            rules[parts] = composed
    return "".join("\t".join(" ".join(f"{x:X}" for x in side) for side in rule) + "\n" for rule in sorted(rules.items()))


def save(tokenizer, name, added=("Ärger", "Leuchtturm"), **config):
    tokenizer.add_tokens([AddedToken(content, normalized=True, single_word=content != "[INST]") for content in added])
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    file = json.loads(tokenizer.to_str())
    write(f"{name}/tokenizer.json", file)
    write(f"{name}/tokenizer_config.json", config)


def llamas():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.train_from_iterator(SENTENCES * 6, trainers.BpeTrainer(vocab_size=500, show_progress=False))
    letters = sorted(c for c in tokenizer.get_vocab() if len(c) == 1)[::2]
    known, merges = set(letters), []
    for left, right in json.loads(tokenizer.to_str())["model"]["merges"][:250]:
        if left in known and right in known:
            merges.append((left, right))
            known.add(left + right)
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256)), *(a + b for a, b in merges), *letters]
    for name, is_new, first in (("llama2", False, 0), ("mistral", True, 0), ("without-all-bytes", False, 16)):
        kept = [p for p in dict.fromkeys(pieces) if not (first and p.startswith("<0xF"))]
        tokenizer = Tokenizer(models.BPE(
            vocab={p: i for i, p in enumerate(kept)}, merges=merges, unk_token="<unk>", fuse_unk=not is_new, byte_fallback=True))
        if is_new:
            tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
        else:
            tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        tokenizer.decoder = decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
        tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in ("<unk>", "<s>", "</s>")])
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
        save(tokenizer, name, ["[INST]"])


def unigrams():
    model = io.BytesIO()
    with open(os.path.join(OUT, "rules.tsv"), "w", encoding="utf-8") as file:
        file.write(character_map())
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 20), model_writer=model, vocab_size=420, model_type="unigram", character_coverage=0.98,
        hard_vocab_limit=False, num_threads=1, minloglevel=2, normalization_rule_tsv=file.name)
    os.remove(file.name)
    model = proto.ModelProto.FromString(model.getvalue())
    table = normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap)
    pieces = [(p.piece, p.score) for p in model.pieces][3:]
    special = ("<s>", "<pad>", "</s>", "<unk>")
    for name, has_bytes in (("xlm-roberta", False), ("unigram-with-bytes", True)):
        bytes_ = [(f"<0x{i:02X}>", 0.0) for i in range(256)] if has_bytes else []
        vocabulary = [*((s, 0.0) for s in special), *pieces, *bytes_, ("<mask>", 0.0)]
        tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=has_bytes))
        space = pre_tokenizers.Metaspace(prepend_scheme="first" if has_bytes else "always")
        steps = [table, normalizers.Strip(left=False, right=True)] if has_bytes else [table]
        tokenizer.normalizer = normalizers.Sequence([*steps, normalizers.Replace(Regex(" {2,}"), "▁" if has_bytes else " ")])
        tokenizer.pre_tokenizer = space if has_bytes else pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), space])
        decoder = decoders.Metaspace(prepend_scheme="always")
        tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoder]) if has_bytes else decoder
        tokenizer.add_special_tokens(
            [AddedToken(s, special=True, normalized=False, lstrip=s == "<mask>") for s in (*special, "<mask>")])
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
        save(tokenizer, name, tokenizer_class="XLMRobertaTokenizer", mask_token="<mask>")


def steps():
    n, p = normalizers, pre_tokenizers
    level = p.ByteLevel(add_prefix_space=False, use_regex=False)
    cases = [
        ("whitespace", n.NFKC(), p.Whitespace(), dict(continuing_subword_prefix="##"), decoders.WordPiece()),
        ("digits", n.NFKD(), p.Sequence([p.WhitespaceSplit(), p.Digits(individual_digits=True)]), {}, None),
        ("punctuation", n.Sequence([n.NFD(), n.StripAccents(), n.Lowercase(), n.Strip()]),
         p.Sequence([p.Punctuation("contiguous"), p.Digits()]), dict(end_of_word_suffix="</w>"), decoders.BPEDecoder()),
        ("prefix-space", n.BertNormalizer(), p.ByteLevel(add_prefix_space=True), {}, decoders.ByteLevel()),
        ("deepseek", None, p.Sequence([
            p.Split(Regex(r"[\r\n]"), "isolated"), p.Split(Regex(r"\s?\p{L}+"), "isolated"), p.Split(Regex(r"\s?\p{P}+"), "isolated"),
            p.Split(Regex(r"[一-龥ࠀ-一가-퟿]+"), "isolated"), p.Digits(individual_digits=True), level]), {}, decoders.ByteLevel()),
        ("o200k", n.Sequence([n.Nmt(), n.NFC(), n.Replace("e", "éé"), n.Replace(Regex(r"[aeiou]+\s"), "")]),
         p.Sequence([p.Split(Regex(O200K), "removed", invert=True), level]), {}, decoders.ByteLevel()),
        ("merged", n.BertNormalizer(lowercase=False, strip_accents=True), p.Sequence([
            p.Split("-", "merged_with_previous"), p.Split(Regex(r"\d"), "merged_with_next"), p.Metaspace(prepend_scheme="first")]),
         {}, decoders.Metaspace(prepend_scheme="first")),
    ]  # fmt: skip
    for index, (name, normalizer, splitter, marks, decoder) in enumerate(cases):
        is_level = isinstance(decoder, decoders.ByteLevel)
        tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", fuse_unk=index % 2 == 0, **marks))
        tokenizer.pre_tokenizer = splitter
        if normalizer:
            tokenizer.normalizer = normalizer
        if decoder:
            tokenizer.decoder = decoder
        tokenizer.train_from_iterator(SENTENCES * 6, trainers.BpeTrainer(
            vocab_size=400, show_progress=False, special_tokens=["[UNK]", "[MASK]"], limit_alphabet=256 if is_level else 110,
            initial_alphabet=p.ByteLevel.alphabet() if is_level else [], **marks))
        if is_level:
            tokenizer.post_processor = processors.ByteLevel(trim_offsets=True, add_prefix_space=index % 2 == 1)
        elif name == "merged":
            tokenizer.post_processor = processors.BertProcessing(("[MASK]", 1), ("[UNK]", 0))
        save(tokenizer, name)


def checksum(tokenizer, texts):
    suffix = json.loads(tokenizer.to_str())
    is_level = (suffix.get("decoder") or {}).get("type") == "ByteLevel"
    suffix = is_level and suffix["model"].get("end_of_word_suffix")
    sum_ = 0
    for text in texts:
        encoding = tokenizer.encode(text)
        for id, (start, end), word in zip(encoding.ids, encoding.offsets, encoding.word_ids):
            sum_ = zlib.crc32(struct.pack("<4i", id, start, end, -1 if word is None else word), sum_)
        for skips in (False, True):
            text = tokenizer.decode(encoding.ids, skip_special_tokens=skips)
            # As transformers' CLIPTokenizer does.
            text = text.replace(suffix, " ").strip() if suffix else text
            sum_ = zlib.crc32(text.encode() + b"\0", sum_)
    return f"{sum_:08x}"


def write(name, value):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    lines = [line() for _ in range(500)]
    write("lines.json", {"lines": lines})
    llamas()
    unigrams()
    steps()
    own = sorted(name for name in os.listdir(OUT) if os.path.isdir(os.path.join(OUT, name)))
    sums = {}
    for folder in ["piece-tokenizers/" + name for name in own] + PUBLISHED:
        tokenizer = Tokenizer.from_file(os.path.join(HERE, folder, "tokenizer.json"))
        sums[folder] = "".join(
            checksum(tokenizer, [lines[i], *(lines[i] + lines[(i * k + k) % len(lines)] for k in range(1, 8))]) for i in range(len(lines)))
    write("checksums.json", sums)
