"""Makes what the translator that ships is trained with.

    pip install sentencepiece
    python3 make_translator.py CORPUS OUTPUT [--vocabulary 6000]

CORPUS holds Multi30k's train.de.gz, train.en.gz, val.de.gz and val.en.gz, a sentence a line. OUTPUT gets

    train.tsv, validation.tsv   source, target and the language of the target: each sentence both ways
    new-translator              a Marian's folder without weights: sizes, settings, and one vocabulary for both languages

The vocabulary is SentencePiece's, of the training sentences alone. Which language is written, the first token says, as with the
published models of several languages: `>>de<< A dog runs.`
"""

import argparse
import gzip
import io
import json
from pathlib import Path

import sentencepiece

LANGUAGES = ["de", "en"]
SIZES = {
    "d_model": 192, "encoder_layers": 4, "decoder_layers": 4, "encoder_attention_heads": 6,
    "decoder_attention_heads": 6, "encoder_ffn_dim": 512, "decoder_ffn_dim": 512, "max_position_embeddings": 256,
}


def sentences(corpus, part, language):
    with gzip.open(corpus / f"{part}.{language}.gz", "rt", encoding="utf-8") as lines:
        # A tab would begin a column.
        return [" ".join(line.split()) for line in lines]


def write_pairs(corpus, part, path):
    sides = {language: sentences(corpus, part, language) for language in LANGUAGES}
    with open(path, "w", encoding="utf-8") as table:
        table.write("source\ttarget\tto\n")
        for source, target in [LANGUAGES, LANGUAGES[::-1]]:
            for pair in zip(sides[source], sides[target]):
                table.write("\t".join([*pair, target]) + "\n")
    return [sentence for side in sides.values() for sentence in side]


def write_vocabulary(training, folder, size):
    # Not by file names, which the model would keep.
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(training), model_writer=model, vocab_size=size, character_coverage=1.0,
        model_type="unigram", num_threads=1, shuffle_input_sentence=False)
    for name in ["source.spm", "target.spm"]:
        (folder / name).write_bytes(model.getvalue())
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    pieces = [model.id_to_piece(number) for number in range(len(model)) if not model.is_control(number)]
    tokens = ["</s>", "<unk>"] + [f">>{language}<<" for language in LANGUAGES]
    tokens += [piece for piece in pieces if piece not in tokens] + ["<pad>"]
    write_json(folder / "vocab.json", {token: number for number, token in enumerate(tokens)})
    return len(tokens)


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_settings(folder, count):
    ends = {"eos_token_id": 0, "pad_token_id": count - 1, "decoder_start_token_id": count - 1, "forced_eos_token_id": 0}
    write_json(folder / "config.json", {
        "architectures": ["MarianMTModel"], "model_type": "marian", **SIZES, "activation_function": "relu",
        "scale_embedding": True, "static_position_embeddings": True, "is_encoder_decoder": True,
        "share_encoder_decoder_embeddings": True, "tie_word_embeddings": True, "dropout": 0.3,
        "attention_dropout": 0.0, "activation_dropout": 0.0, "vocab_size": count, "decoder_vocab_size": count, **ends,
    })
    write_json(folder / "generation_config.json", {
        **ends, "bos_token_id": 0, "bad_words_ids": [[count - 1]], "max_length": 128, "num_beams": 4,
        "renormalize_logits": True,
    })
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "MarianTokenizer", "source_lang": "de+en", "target_lang": "de+en", "model_max_length": 256,
        "separate_vocabs": False, "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--vocabulary", type=int, default=6000)
    options = parser.parse_args()
    folder = options.output / "new-translator"
    folder.mkdir(parents=True, exist_ok=True)
    training = write_pairs(options.corpus, "train", options.output / "train.tsv")
    write_pairs(options.corpus, "val", options.output / "validation.tsv")
    write_settings(folder, write_vocabulary(training, folder, options.vocabulary))


if __name__ == "__main__":
    main()
