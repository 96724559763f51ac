"""Makes a new Whisper for spoken digits, without weights: its sizes, its vocabulary and its settings.

    python3 -m pip install tokenizers && python3 make_digits_model.py [FOLDER]

FOLDER is `speech-digits` beside this script unless said otherwise; `train-model speech --config` starts from it. The
layout is that of the multilingual Whisper models (Radford et al., 2022), so that what reads those reads this one.
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

WORDS = "zero one two three four five six seven eight nine".split()
WINDOW = 8  # seconds
SAMPLE_RATE = 16_000
HOP_LENGTH = 160  # samples between two frames; the encoder has one position for two frames
TIMESTAMPS_PER_SECOND = SAMPLE_RATE // (2 * HOP_LENGTH)
CONTEXT = 64  # tokens
DECODER_LAYERS = 2
HEADS = 4

START = ["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>"]
SPECIAL = [
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>",
    "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
]  # fmt: skip
TIMESTAMPS = [f"<|{i / TIMESTAMPS_PER_SECOND:.2f}|>" for i in range(WINDOW * TIMESTAMPS_PER_SECOND + 1)]


def tokenizer():
    """Byte-level pairs: any text can be written, and a digit's word is one token, with a space before and without."""
    result = Tokenizer(models.BPE())
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    result.decoder = decoders.ByteLevel()
    # Pairs are joined until none is left: every word of the text ends as one token.
    trainer = trainers.BpeTrainer(
        vocab_size=1 << 16, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    result.train_from_iterator([text for word in WORDS for text in (word, " " + word)], trainer)
    result.add_special_tokens([AddedToken(text, normalized=False, special=True) for text in SPECIAL])
    result.add_tokens([AddedToken(text, normalized=False, special=False) for text in TIMESTAMPS])
    result.post_processor = processors.TemplateProcessing(
        single=" ".join(START) + " $A <|endoftext|>",
        pair=" ".join(START) + " $A $B <|endoftext|>",
        special_tokens=[(text, result.token_to_id(text)) for text in [*START, "<|endoftext|>"]],
    )
    return result


def files():
    vocabulary = tokenizer()
    ids = {text: vocabulary.token_to_id(text) for text in SPECIAL}
    for text in [text for word in WORDS for text in (word, " " + word)]:
        assert len(vocabulary.encode(text, add_special_tokens=False).ids) == 1, text
    end, start = ids["<|endoftext|>"], ids["<|startoftranscript|>"]
    common = {
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
        "decoder_start_token_id": start,
        "suppress_tokens": [],
        "begin_suppress_tokens": [],
    }
    config = {
        "architectures": ["WhisperForConditionalGeneration"],
        "model_type": "whisper",
        "d_model": 128,
        "encoder_layers": 3,
        "encoder_attention_heads": HEADS,
        "encoder_ffn_dim": 512,
        "decoder_layers": DECODER_LAYERS,
        "decoder_attention_heads": HEADS,
        "decoder_ffn_dim": 512,
        "num_mel_bins": 80,
        "max_source_positions": WINDOW * TIMESTAMPS_PER_SECOND,
        "max_target_positions": CONTEXT,
        "vocab_size": vocabulary.get_vocab_size(),
        "activation_function": "gelu",
        "dropout": 0.0,
        "attention_dropout": 0.0,
        "activation_dropout": 0.0,
        "init_std": 0.05,
        "is_encoder_decoder": True,
        "scale_embedding": False,
        "tie_word_embeddings": True,
        "median_filter_width": 7,
        **common,
    }
    generation = {
        "alignment_heads": [[DECODER_LAYERS - 1, head] for head in range(HEADS)],
        "is_multilingual": True,
        "lang_to_id": {"<|en|>": ids["<|en|>"]},
        "task_to_id": {"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]},
        "max_initial_timestamp_index": WINDOW * TIMESTAMPS_PER_SECOND,  # speech may begin anywhere
        "max_length": CONTEXT,
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "prev_sot_token_id": ids["<|startofprev|>"],
        "return_timestamps": False,
        **common,
    }
    preprocessor = {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "processor_class": "WhisperProcessor",
        "chunk_length": WINDOW,
        "dither": 0.0,
        "feature_size": 80,
        "hop_length": HOP_LENGTH,
        "n_fft": 400,
        "n_samples": WINDOW * SAMPLE_RATE,
        "nb_max_frames": WINDOW * SAMPLE_RATE // HOP_LENGTH,
        "padding_side": "right",
        "padding_value": 0.0,
        "return_attention_mask": False,
        "sampling_rate": SAMPLE_RATE,
    }
    tokenizer_config = {
        "tokenizer_class": "WhisperTokenizer",
        "processor_class": "WhisperProcessor",
        "model_max_length": CONTEXT,
        "bos_token": "<|endoftext|>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
    }
    return {
        "config.json": config,
        "generation_config.json": generation,
        "preprocessor_config.json": preprocessor,
        "tokenizer.json": json.loads(vocabulary.to_str()),
        "tokenizer_config.json": tokenizer_config,
    }


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "speech-digits"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        indent = None if name == "tokenizer.json" else 2
        (folder / name).write_text(json.dumps(content, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
