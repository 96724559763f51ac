"""Writes whisper.cpp's file of a Whisper. layouts.py asks for it."""
import struct

import numpy as np


def vocabulary(tokenizer):
    """The bytes of each token but the special ones, which tokenizer.json spells with printable characters."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    other = [byte for byte in range(256) if byte not in plain]
    alphabet = {chr(byte): byte for byte in plain} | {chr(256 + i): byte for i, byte in enumerate(other)}
    special = {token["content"] for token in tokenizer["added_tokens"]}
    spelled = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].get)
    return [bytes(alphabet[letter] for letter in token) for token in spelled if token not in special]


def blocks(values):
    """q8_0: of 32 numbers each, their scale in float16 and 32 integers of 8 bits."""
    values = values.astype("<f4").reshape(-1, 32)
    scales = np.abs(values).max(1, keepdims=True) / 127
    integers = np.round(np.divide(values, scales, out=np.zeros_like(values), where=scales > 0)).astype("i1")
    return np.concatenate([scales.astype("<f2").view("i1"), integers], 1)


def tensor(file, name, value, quantized):
    """Matrices as float16 or blocks, all else as float32, the biases of the convolutions as columns."""
    single = value.ndim < 2 or name.endswith("positional_embedding")
    if name.startswith("encoder.conv") and name.endswith("bias"):
        value = value.reshape(-1, 1)
    kind = 0 if single else 8 if quantized and value.ndim == 2 else 1
    data = {0: lambda: value.astype("<f4"), 1: lambda: value.astype("<f2"), 8: lambda: blocks(value)}[kind]()
    file.write(struct.pack("<3i", value.ndim, len(name), kind))
    file.write(struct.pack(f"<{value.ndim}i", *reversed(value.shape)) + name.encode() + data.tobytes())


def write(path, weights, config, filters, tokens, quantized):
    """The sizes, the mel filters, the vocabulary, and the weights by openai/whisper's names."""
    sizes = (config["d_model"], config["encoder_attention_heads"], config["encoder_layers"])
    with open(path, "wb") as file:
        file.write(struct.pack(
            "<12i", 0x67676D6C, config["vocab_size"], config["max_source_positions"], *sizes,
            config["max_target_positions"], *sizes, config["num_mel_bins"], 2007 if quantized else 1))
        file.write(struct.pack("<2i", *filters.shape) + filters.astype("<f4").tobytes() + struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)) + token)
        for name, value in weights.items():
            tensor(file, name, value, quantized)
