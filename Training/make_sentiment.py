"""Makes what the judge of film reviews that ships is trained with.

    pip install tokenizers wordfreq        apt install wordnet-base
    python3 make_sentiment.py CORPUS OUTPUT [--wordnet /usr/share/wordnet] [--variants 14] [--seed 1]

CORPUS holds train.tsv and dev.tsv of the Stanford Sentiment Treebank, with the columns label and text. OUTPUT gets

    labelled.tsv     the sentences of train.tsv, for a teacher
    train.tsv        the same, and many texts without a label, which a teacher is to judge
    validation.tsv   dev.tsv
    new-sentiment    a BERT's folder without weights: sizes, settings, vocabulary

A small model that learns from 6,920 sentences alone hardly knows a word that is not in them. Its teacher does: so parts of the sentences
are taken, their words exchanged for others of the same kind, and the teacher judges what comes of it (Tang et al., 2019, Distilling
Task-Specific Knowledge from BERT into Simple Neural Networks), and what WordNet says of adjectives, adverbs and verbs beside.
"""

import argparse
import csv
import json
import random
import re
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from wordfreq import top_n_list

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
SIZES = {
    "hidden_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 512,
    "max_position_embeddings": 256, "type_vocab_size": 1,
}
JOINTS = [",", ".", ";", "and", "but", "yet", "--", "though"]


def read(path):
    with open(path, encoding="utf-8", newline="") as table:
        return [(row["label"], " ".join(row["text"].split()))
                for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]


def write_table(path, rows):
    with open(path, "w", encoding="utf-8") as table:
        table.write("label\ttext\n")
        for label, text in rows:
            table.write(f"{label}\t{text}\n")


def as_written(text):
    """The text as people write it: the sentences have spaces around their signs and within `does n't`."""
    text = text.replace("``", '"').replace("''", '"').replace(" n't", "n't").replace("\\/", "/")
    return re.sub(r" (?=[,.;:!?'])", "", text)


def part(words, chance):
    """Some of a sentence's words in their order, half of the time all of them."""
    if chance.random() < 0.5 or len(words) < 3:
        return words
    length = chance.randint(1, len(words))
    begin = chance.randint(0, len(words) - length)
    return words[begin:begin + length]


class Words:
    """The language's commonest words, by their kind: what WordNet has them as, and how they end."""

    def __init__(self, common, folder):
        self.known = {}
        for kind in ["noun", "verb", "adj", "adv"]:
            for line in (folder / f"index.{kind}").read_text(encoding="utf-8").splitlines():
                if not line.startswith(" "):
                    word, _, senses = line.split(" ", 3)[:3]
                    self.known.setdefault(word, {})[kind] = int(senses)
        self.all = common
        self.of_kind = {}
        for word in common:
            self.of_kind.setdefault(self.kind(word), []).append(word)

    def kind(self, word):
        """What a word mostly is, with its ending; None for small words, names and signs."""
        word = word.lower()
        for ending in ["", "s", "es", "d", "ed", "ing", "ly"]:
            stem = word.removesuffix(ending)
            for base in [stem, stem + "e"] if ending == "ing" else [stem]:
                if word.endswith(ending) and len(base) > 2 and base in self.known:
                    return max(self.known[base], key=self.known[base].get), ending
        return None

    def other(self, word, chance):
        """Another word of the same kind; the word itself where it has none."""
        kind = self.kind(word)
        return word if kind is None else chance.choice(self.of_kind.get(kind, [word]))


def variant(sentences, words, chance):
    """A text that is like a review, of which nobody has said what it is."""
    taken = part(chance.choice(sentences), chance)
    if chance.random() < 0.2:
        taken = [*taken, chance.choice(JOINTS), *part(chance.choice(sentences), chance)]
    share = chance.choice([0.1, 0.2, 0.4, 0.6])
    taken = [words.other(word, chance) if chance.random() < share else word for word in taken]
    taken = [chance.choice(words.all) if chance.random() < 0.02 else word for word in taken]
    text = " ".join(word for word in taken if chance.random() > 0.02)
    return as_written(text) if chance.random() < 0.5 else text


def wordnet_texts(folder):
    """The examples and the meanings that WordNet gives of adjectives, adverbs and verbs."""
    texts = {}
    for kind in ["adj", "adv", "verb"]:
        for line in (folder / f"data.{kind}").read_text(encoding="utf-8").splitlines():
            meaning, *examples = [text.strip(" ;") for text in line.partition(" | ")[2].split('"')]
            if line.startswith(" ") or not meaning:
                continue
            word = line.split(" ")[4].replace("_", " ").split("(")[0]
            texts.update(dict.fromkeys([f"{word}: {meaning}", *filter(None, examples)]))
    return list(texts)


def lowered_words(tokenizer, texts):
    words = {}
    for text in texts:
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text)):
            words[word] = words.get(word, 0) + 1
    return words


def write_vocabulary(folder, texts, common):
    """All words of the sentences that come twice, the language's commonest, and pieces for the others."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(
        [*texts, *common], trainers.WordPieceTrainer(vocab_size=6000, special_tokens=SPECIAL, show_progress=False))
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    words = [word for word, count in lowered_words(tokenizer, texts).items() if count > 1]
    words += lowered_words(tokenizer, common)
    vocabulary = dict.fromkeys([piece for piece, _ in pieces] + words)
    vocabulary = {token: number for number, token in enumerate(vocabulary)}
    tokenizer.model = models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)
    ends = [(token, vocabulary[token]) for token in ["[CLS]", "[SEP]"]]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends)
    tokenizer.save(str(folder / "tokenizer.json"))
    return len(vocabulary)


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_settings(folder, count):
    write_json(folder / "config.json", {
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", **SIZES, "vocab_size": count,
        "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.0, "layer_norm_eps": 1e-12,
        "initializer_range": 0.02, "pad_token_id": 0, "position_embedding_type": "absolute",
    })
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizerFast", "do_lower_case": True, "model_max_length": 256, "unk_token": "[UNK]",
        "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--wordnet", type=Path, default="/usr/share/wordnet")
    parser.add_argument("--variants", type=int, default=14, help="texts that are made for each sentence")
    parser.add_argument("--words", type=int, default=18_000, help="how many of the commonest words are known")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = options.output / "new-sentiment"
    folder.mkdir(parents=True, exist_ok=True)

    training = read(options.corpus / "train.tsv")
    common = [word for word in top_n_list("en", options.words) if word.isalpha()]
    sentences = [text.split() for _, text in training]
    chance = random.Random(options.seed)
    words = Words(common, options.wordnet)
    made = {variant(sentences, words, chance): None for _ in range(options.variants * len(sentences))}
    rows = training + [("", text) for text in [*made, *wordnet_texts(options.wordnet), *common] if text]
    write_table(options.output / "train.tsv", rows)
    write_table(options.output / "labelled.tsv", training)
    write_table(options.output / "validation.tsv", read(options.corpus / "dev.tsv"))
    write_settings(folder, write_vocabulary(folder, [text for _, text in training], common))


if __name__ == "__main__":
    main()
