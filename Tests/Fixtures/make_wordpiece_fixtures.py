"""Writes the fixtures of WordPiece: `python make_wordpiece_fixtures.py` (tokenizers 0.23).

wordpiece/characters.json: what becomes of each character between an a and a b, by ranges: `together` (ab: the character is left out),
`apart` (a and b: it is a space), `alone` (three words), `letter` (what becomes an a or a b); all others
make one unknown word. The tables of the reference are those of Unicode 8.
wordpiece/uncased.json, cased.json: random texts in many scripts, the ids that the tokenizers of text-bert-classification make of
them, and where these stand.
"""

import json
import os
import random
import unicodedata

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "wordpiece")
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##b"]
KINDS = {(4, 6): "together", (4, 5): "apart", (4, 1, 5): "alone", (1,): "unknown"}
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x9FF),
    (0xB80, 0xBFF), (0xE00, 0xE7F), (0x10A0, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x214F), (0x2190, 0x23FF), (0x3000, 0x318F),
    (0x4E00, 0x5FFF), (0xAC00, 0xD7A3), (0xF900, 0xFE6F), (0xFF00, 0xFFEF), (0x10000, 0x1007F), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F9FF), (0x20000, 0x20100), (0x2B820, 0x2B930), (0x2F800, 0x2FA1D), (0xE000, 0xE010), (0, 0x1F), (0x7F, 0x9F),
]  # fmt: skip
SENTENCES = ["The lighthouse keeper counts the ships.", "Wäre es nicht so spät, käme sie noch.", "L'été à Besançon, naïve façade",
             "Nobody in the valley remembers.", "GROẞE STRASSE İSTANBUL ΟΔΟΣ", "[MASK] and [SEP]"]
source = random.Random(8)


def characters():
    tokenizer = Tokenizer(models.WordPiece({token: id for id, token in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ranges = []
    for number in range(0x110000):
        if 0xD800 <= number < 0xE000:
            continue
        kind = KINDS.get(tuple(tokenizer.encode(f"a{chr(number)}b").ids), "letter")
        if ranges and ranges[-1][2] == kind and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number, kind])
    return [{"first": first, "last": last, "kind": kind} for first, last, kind in ranges if kind != "unknown"]


def text():
    words = []
    for _ in range(source.randint(0, 8)):
        if source.random() < 0.4:
            words.append(source.choice(SENTENCES))
        else:
            first, last = source.choice(BLOCKS)
            words.append("".join(chr(source.randint(first, last)) for _ in range(source.randint(1, 9))))
    result = source.choice([" ", "", " ", "  ", "-", "\t"]).join(words)
    return unicodedata.normalize("NFD", result) if source.random() < 0.2 else result


def cases(folder):
    tokenizer = Tokenizer.from_file(os.path.join(HERE, folder, "tokenizer.json"))
    encodings = []
    for _ in range(400):
        given = text()
        encoding = tokenizer.encode(given)
        encodings.append({"text": given, "ids": encoding.ids, "offsets": [list(offset) for offset in encoding.offsets]})
    return {"encodings": encodings}


def write(name, value):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    with open(os.path.join(OUT, "vocab.txt"), "w", encoding="utf-8") as file:
        file.write("".join(token + "\n" for token in VOCABULARY))
    write("characters.json", {"ranges": characters()})
    write("uncased.json", cases("text-bert-classification"))
    write("cased.json", cases("text-bert-classification/cased"))
