"""Makes the folder of a GPT-2 whose tokens are single characters, without weights.

    python3 make_character_model.py TEXT OUTPUT [--layers 4] [--heads 4] [--hidden 128] [--context 64]

The vocabulary is that of TEXT: a character of several bytes is as many tokens. transformers reads the folder too.
"""

import argparse
import json
from pathlib import Path


def byte_names():
    """GPT-2's name of each byte: itself where it can be printed, else a character from U+0100 on."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + place) for place, byte in enumerate(others)}


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--context", type=int, default=64)
    options = parser.parse_args()

    names = byte_names()
    tokens = [names[byte] for byte in sorted(set(options.text.read_bytes()))] + ["<|endoftext|>"]
    end = len(tokens) - 1
    steps = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    options.output.mkdir(parents=True, exist_ok=True)
    write(options.output / "tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{
            "id": end, "content": "<|endoftext|>", "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True}],
        "normalizer": None, "pre_tokenizer": steps, "post_processor": None, "decoder": steps,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)}, "merges": []},
    })
    write(options.output / "tokenizer_config.json", {
        "tokenizer_class": "GPT2TokenizerFast", "model_max_length": options.context, "eos_token": "<|endoftext|>"})
    write(options.output / "config.json", {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": len(tokens),
        "n_positions": options.context, "n_embd": options.hidden, "n_layer": options.layers, "n_head": options.heads,
        "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "initializer_range": 0.02,
        "tie_word_embeddings": True, "bos_token_id": end, "eos_token_id": end,
    })
    write(options.output / "generation_config.json", {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end})


if __name__ == "__main__":
    main()
