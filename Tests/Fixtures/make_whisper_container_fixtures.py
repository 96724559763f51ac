"""Writes one small Whisper with random weights in every layout that is read: `python make_whisper_container_fixtures.py`
(torch, transformers, safetensors, ctranslate2, openai-whisper, tiktoken, gguf).

whisper-containers/: `hub`, the reference in the hub's layout, float16; `openai/tiny.pt` with `multilingual.tiktoken` beside it, as
openai/whisper writes it; `ctranslate2`, float16, as faster-whisper has it; `ggml-tiny.bin` and `ggml-tiny-q8_0.bin`, whisper.cpp's.
What is suppressed comes from openai/whisper's own tokenizer, on the vocabulary made here.

ggml/: `blocks.bin`, tensors of every type alone, and `blocks.safetensors`, what gguf's Python makes of them.
ctranslate2/: a model of a few numbers in every kind that CTranslate2's converters write, beside `KIND.safetensors`, its weights as
Float32 computed as CTranslate2 computes them.
"""

import base64
import json
import os
import shutil
import struct
import tempfile

import ctranslate2
import gguf
import numpy as np
import tiktoken
import torch
from ctranslate2.specs import common_spec, whisper_spec
from safetensors.numpy import load_file, save_file
from transformers import WhisperConfig, WhisperForConditionalGeneration
from whisper.tokenizer import LANGUAGES, Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
HIDDEN, HEADS, LAYERS, POSITIONS, LENGTH, MELS = 32, 2, 1, 100, 32, 16
MERGES = ["th", "he", "the", " t", " the", "in", " a", "an", "on", "re", "er", " s", "ou", "--", "((", "[[", " -", "♪", " ♪", "♪♪"]
codes = [code for code in LANGUAGES][:99]


def ranks():
    """Single bytes, then tokens that each are two earlier ones together."""
    tokens = [bytes([x]) for x in [*range(33, 127), *range(161, 173), *range(174, 256)]]
    tokens += [bytes([x]) for x in range(256) if bytes([x]) not in tokens]
    note = "♪".encode()
    for text in [x.encode() for x in MERGES[:17]] + [note[:2], note, b" " + note[:2], b" " + note, note + note]:
        assert any(text[:i] in tokens and text[i:] in tokens for i in range(1, len(text))), text
        tokens.append(text)
    return {token: rank for rank, token in enumerate(tokens)}


RANKS = ranks()
names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{x}|>" for x in codes),
         *(f"<|{x}|>" for x in ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")),
         *(f"<|{i * 0.02:.2f}|>" for i in range(1501))]
SPECIAL = {name: len(RANKS) + i for i, name in enumerate(names)}
VOCABULARY = len(RANKS) + len(SPECIAL)


def spelled(token):
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    other = [x for x in range(256) if x not in plain]
    return "".join(chr(x if x in plain else 256 + other.index(x)) for x in token)


def tokenizer():
    """tokenizer.json, with the two halves that each longer token is merged of."""
    merges = []
    for token, rank in RANKS.items():
        parts = [bytes([x]) for x in token]
        while len(parts) > 2:
            pairs = [RANKS.get(a + b, rank) for a, b in zip(parts, parts[1:])]
            i = pairs.index(min(pairs))
            if pairs[i] >= rank:
                break
            parts[i:i + 2] = [parts[i] + parts[i + 1]]
        if len(parts) == 2:
            merges.append(" ".join(map(spelled, parts)))
    added = [{"id": i, "content": x, "special": True} for x, i in SPECIAL.items()]
    return {"version": "1.0", "added_tokens": added, "normalizer": None,
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False}, "decoder": {"type": "ByteLevel"},
            "model": {"type": "BPE", "vocab": {spelled(x): i for x, i in RANKS.items()}, "merges": merges}}


def dump(folder, name, value):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        json.dump(value, file, separators=(",", ":"), ensure_ascii=False)


def hub(out):
    torch.manual_seed(3)
    end, start = SPECIAL["<|endoftext|>"], SPECIAL["<|startoftranscript|>"]
    sizes = dict(
        vocab_size=VOCABULARY, num_mel_bins=MELS, d_model=HIDDEN, encoder_layers=LAYERS, decoder_layers=LAYERS,
        encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=4 * HIDDEN, decoder_ffn_dim=4 * HIDDEN,
        max_source_positions=POSITIONS, max_target_positions=LENGTH, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        decoder_start_token_id=start)
    model = WhisperForConditionalGeneration(WhisperConfig(**sizes, init_std=0.3))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Else biases are all zero and scales of norms all one, and which is which could not be told.
            if parameter.ndim == 1:
                parameter.copy_(torch.randn(parameter.shape) * 0.1 + ("norm.weight" in name))
    weights = {k: v.half().numpy() for k, v in model.state_dict().items() if k != "proj_out.weight"}
    os.makedirs(out, exist_ok=True)
    save_file(weights, os.path.join(out, "model.safetensors"), metadata={"format": "pt"})
    dump(out, "config.json", {"model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"],
                              "activation_function": "gelu", "tie_word_embeddings": True, **sizes})
    encoding = tiktoken.Encoding(name="small", explicit_n_vocab=VOCABULARY, special_tokens=SPECIAL, mergeable_ranks=RANKS,
                                 pat_str=r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""")
    steering = Tokenizer(encoding=encoding, num_languages=99, language="en", task="transcribe")
    suppressed = sorted({*steering.non_speech_tokens, steering.transcribe, steering.translate, steering.sot, steering.sot_prev,
                         steering.sot_lm, steering.no_speech})
    dump(out, "generation_config.json", {
        "suppress_tokens": suppressed, "begin_suppress_tokens": [*encoding.encode(" "), end], "bos_token_id": end,
        "eos_token_id": end, "pad_token_id": end, "decoder_start_token_id": start, "max_initial_timestamp_index": 50,
        "max_length": LENGTH, "no_timestamps_token_id": SPECIAL["<|notimestamps|>"], "prev_sot_token_id": SPECIAL["<|startofprev|>"],
        "is_multilingual": True, "lang_to_id": {f"<|{x}|>": SPECIAL[f"<|{x}|>"] for x in codes},
        "task_to_id": {x: SPECIAL[f"<|{x}|>"] for x in ("transcribe", "translate")}})
    dump(out, "preprocessor_config.json", {
        "feature_extractor_type": "WhisperFeatureExtractor", "processor_class": "WhisperProcessor", "feature_size": MELS,
        "sampling_rate": 16000, "hop_length": 160, "n_fft": 400, "chunk_length": POSITIONS // 50})
    dump(out, "tokenizer.json", tokenizer())
    return weights


LAYER = {"self_attn.q_proj": "attn.query", "self_attn.k_proj": "attn.key", "self_attn.v_proj": "attn.value",
         "self_attn.out_proj": "attn.out", "self_attn_layer_norm": "attn_ln", "encoder_attn.q_proj": "cross_attn.query",
         "encoder_attn.k_proj": "cross_attn.key", "encoder_attn.v_proj": "cross_attn.value",
         "encoder_attn.out_proj": "cross_attn.out", "encoder_attn_layer_norm": "cross_attn_ln", "fc1": "mlp.0", "fc2": "mlp.2",
         "final_layer_norm": "mlp_ln"}
WHOLE = {"model.encoder.embed_positions.weight": "encoder.positional_embedding", "model.decoder.embed_positions.weight": "decoder.positional_embedding",
         "model.decoder.embed_tokens.weight": "decoder.token_embedding.weight"}


def openai_name(name):
    if name in WHOLE:
        return WHOLE[name]
    parts = name.split(".")
    if parts[2] == "layers":
        return ".".join([parts[1], "blocks", parts[3], LAYER[".".join(parts[4:-1])], parts[-1]])
    final = {"encoder": "ln_post", "decoder": "ln"}[parts[1]]
    return ".".join([parts[1], final if parts[2] == "layer_norm" else parts[2], parts[3]])


def openai(out, weights):
    os.makedirs(out, exist_ok=True)
    dims = dict(n_mels=MELS, n_vocab=VOCABULARY, n_audio_ctx=POSITIONS, n_audio_state=HIDDEN, n_audio_head=HEADS, n_audio_layer=LAYERS,
                n_text_ctx=LENGTH, n_text_state=HIDDEN, n_text_head=HEADS, n_text_layer=LAYERS)
    state = {openai_name(k): torch.from_numpy(v.copy()) for k, v in weights.items()}
    torch.save({"dims": dims, "model_state_dict": state}, os.path.join(out, "tiny.pt"))
    with open(os.path.join(out, "multilingual.tiktoken"), "wb") as file:
        for token, rank in RANKS.items():
            file.write(base64.b64encode(token) + b" " + str(rank).encode() + b"\n")


def ggml(path, weights, kind=None):
    """whisper.cpp's convert-h5-to-ggml and quantize: matrices of float16 or blocks, all else float32, biases of convolutions as columns."""
    with open(path, "wb") as file:
        numbers = [0x67676D6C, VOCABULARY, POSITIONS, HIDDEN, HEADS, LAYERS, LENGTH, HIDDEN, HEADS, LAYERS, MELS, 2007 if kind else 1]
        file.write(struct.pack("<12i2i", *numbers, MELS, 201) + np.zeros((MELS, 201), "<f4").tobytes() + struct.pack("<i", len(RANKS)))
        for token in RANKS:
            file.write(struct.pack("<i", len(token)) + token)
        for name, value in weights.items():
            name = openai_name(name)
            if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
                value = value.reshape(-1, 1)
            single = value.ndim < 2 or name.endswith("positional_embedding") or ".conv" in name and name.endswith("bias")
            write_tensor(file, name, value, None if single else kind if kind and value.ndim == 2 else "F16")


def write_tensor(file, name, value, kind):
    types = {None: 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q5_0": 6, "Q5_1": 7, "Q8_0": 8}
    data = value.astype({None: "<f4", "F16": "<f2"}[kind]) if kind in (None, "F16") else gguf.quantize(
        value.astype("<f4"), gguf.GGMLQuantizationType[kind])
    encoded = name.encode()
    file.write(struct.pack(f"<{3 + value.ndim}i", value.ndim, len(encoded), types[kind], *reversed(value.shape)) + encoded)
    file.write(data.tobytes())


def blocks(out):
    os.makedirs(out, exist_ok=True)
    values = np.random.default_rng(5).standard_normal((3, 96)).astype("<f4")
    values[0, :32] = 0
    expected = {}
    with open(os.path.join(out, "blocks.bin"), "wb") as file:
        for kind in (None, "F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"):
            name = kind or "F32"
            write_tensor(file, name, values, kind)
            expected[name] = values if kind is None else values.astype("<f2").astype("<f4") if kind == "F16" else gguf.dequantize(
                gguf.quantize(values, gguf.GGMLQuantizationType[kind]), gguf.GGMLQuantizationType[kind])
    save_file(expected, os.path.join(out, "blocks.safetensors"))


def specification(weights, layers, heads):
    """What CTranslate2's converter makes of the hub's weights: some are joined."""
    t = {k: torch.from_numpy(v.copy()) for k, v in weights.items()}
    spec = whisper_spec.WhisperSpec(layers, heads, layers, heads)

    def norm(to, name):
        to.gamma, to.beta = t[name + ".weight"], t[name + ".bias"]

    def linear(to, *names):
        to.weight = torch.cat([t[n + ".weight"] for n in names])
        bias = [t.get(n + ".bias", torch.zeros(len(t[n + ".weight"]), dtype=t[n + ".weight"].dtype)) for n in names]
        to.bias = torch.cat(bias)

    for side, to in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        norm(to.layer_norm, f"model.{side}.layer_norm")
        to.position_encodings.encodings = t[f"model.{side}.embed_positions.weight"]
        for i, layer in enumerate(to.layer):
            a = f"model.{side}.layers.{i}"
            norm(layer.self_attention.layer_norm, a + ".self_attn_layer_norm")
            linear(layer.self_attention.linear[0], *(f"{a}.self_attn.{x}_proj" for x in "qkv"))
            linear(layer.self_attention.linear[1], a + ".self_attn.out_proj")
            if side == "decoder":
                norm(layer.attention.layer_norm, a + ".encoder_attn_layer_norm")
                linear(layer.attention.linear[0], a + ".encoder_attn.q_proj")
                linear(layer.attention.linear[1], *(f"{a}.encoder_attn.{x}_proj" for x in "kv"))
                linear(layer.attention.linear[2], a + ".encoder_attn.out_proj")
            norm(layer.ffn.layer_norm, a + ".final_layer_norm")
            linear(layer.ffn.linear_0, a + ".fc1")
            linear(layer.ffn.linear_1, a + ".fc2")
    for name in ("conv1", "conv2"):
        conv = getattr(spec.encoder, name)
        conv.weight, conv.bias = t[f"model.encoder.{name}.weight"], t[f"model.encoder.{name}.bias"]
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = t["model.decoder.embed_tokens.weight"]
    return spec


def save(spec, out, kind, tokens, config):
    spec.register_vocabulary(tokens)
    for key, value in config.items():
        setattr(spec.config, key, value)
    spec.validate()
    spec.optimize(kind)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    spec.save(out)


def ctranslate2_folder(out, weights, generation):
    tokens = [*map(spelled, RANKS), *SPECIAL]
    config = {"suppress_ids": generation["suppress_tokens"], "suppress_ids_begin": generation["begin_suppress_tokens"],
              "lang_ids": list(generation["lang_to_id"].values()), "alignment_heads": [[0, 1]]}
    save(specification(weights, LAYERS, HEADS), out, "float16", tokens, config)
    assert ctranslate2.models.Whisper(out, compute_type="float32").is_multilingual is not None


def kinds(out):
    """The same few numbers in every kind."""
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    config = WhisperConfig(vocab_size=1700, num_mel_bins=4, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
                           decoder_attention_heads=2, encoder_ffn_dim=8, decoder_ffn_dim=8, max_source_positions=6,
                           max_target_positions=8, pad_token_id=0, bos_token_id=0, eos_token_id=0, decoder_start_token_id=1)
    torch.manual_seed(4)
    weights = {k: v.numpy() for k, v in WhisperForConditionalGeneration(config).state_dict().items() if k != "proj_out.weight"}
    # Of the table a few rows do.
    weights["model.decoder.embed_tokens.weight"] = weights["model.decoder.embed_tokens.weight"][:5]
    for kind in ("float32", "bfloat16", "int8", "int8_float16", "int8_bfloat16"):
        spec = specification(weights, 1, 2)
        with tempfile.TemporaryDirectory() as folder:
            save(spec, folder + "/x", kind, [str(i) for i in range(5)], {})
            shutil.copy(folder + "/x/model.bin", f"{out}/{kind}.bin")
        variables = dict(spec.variables(ordered=True))
        # A variable that is equal to another is written as its other name.
        aliases = {k: v for k, v in variables.items() if isinstance(v, str)}
        # Its scales are the other's, which CTranslate2 takes for granted.
        aliases |= {k + "_scale": v + "_scale" for k, v in aliases.items() if v + "_scale" in variables}
        variables |= {k: variables[v] for k, v in aliases.items()}
        variables = {k: v.to("float32").numpy() if "bfloat16" in str(v.dtype) else v.numpy() for k, v in variables.items()
                     if not v.is_scalar()}
        expected = {}
        for name, value in variables.items():
            if name.endswith("_scale"):
                continue
            value = value.astype("f4")
            if name + "_scale" in variables:
                factor = np.float32(1) / variables[name + "_scale"].astype("f4")
                value = value * factor.reshape(-1, *[1] * (value.ndim - 1))
            expected[name] = np.ascontiguousarray(value)
        save_file(expected, f"{out}/{kind}.safetensors")


def main():
    out = os.path.join(HERE, "whisper-containers")
    weights = hub(os.path.join(out, "hub"))
    openai(os.path.join(out, "openai"), weights)
    with open(os.path.join(out, "hub", "generation_config.json")) as file:
        ctranslate2_folder(os.path.join(out, "ctranslate2"), weights, json.load(file))
    ggml(os.path.join(out, "ggml-tiny.bin"), weights)
    ggml(os.path.join(out, "ggml-tiny-q8_0.bin"), weights, "Q8_0")
    blocks(os.path.join(HERE, "ggml"))
    kinds(os.path.join(HERE, "ctranslate2"))


if __name__ == "__main__":
    main()
