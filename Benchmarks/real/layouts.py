"""The layouts in which people have a Whisper, written from CTranslate2's. weights.py is the program."""
import importlib.util
import json
import os
import shutil
import struct

import numpy as np
import torch
from safetensors.numpy import save_file

POSITIONS, LENGTH = 1500, 448
OPENAI = (
    ("model.", ""), (".layers.", ".blocks."), (".self_attn_layer_norm", ".attn_ln"),
    (".encoder_attn_layer_norm", ".cross_attn_ln"), (".self_attn.", ".attn."), (".encoder_attn.", ".cross_attn."),
    ("q_proj", "query"), ("k_proj", "key"), ("v_proj", "value"), ("out_proj", "out"), (".fc1", ".mlp.0"), (".fc2", ".mlp.2"),
    (".final_layer_norm", ".mlp_ln"), ("encoder.layer_norm", "encoder.ln_post"), ("decoder.layer_norm", "decoder.ln"),
    ("embed_positions.weight", "positional_embedding"), ("embed_tokens", "token_embedding"),
)


def read(folder, name):
    with open(os.path.join(folder, name)) as file:
        return json.load(file)


def variables(path):
    """Those of CTranslate2's model.bin in its format 6, by their names."""
    kinds = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
    found = {}
    with open(path, "rb") as file:

        def numbers(form):
            return struct.unpack("<" + form, file.read(struct.calcsize("<" + form)))

        def string():
            return file.read(*numbers("H"))[:-1].decode()

        numbers("I"), string(), numbers("I")
        for _ in range(*numbers("I")):
            name = string()
            shape = numbers(f"{numbers('B')[0]}I")
            kind, size = numbers("BI")
            found[name] = np.frombuffer(file.read(size), kinds[kind]).reshape(shape)
    return found


def hub_names(layers):
    """The hub's names of linear layers and norms, with CTranslate2's and which of the parts that it joins they are."""
    for side in ("encoder", "decoder"):
        yield f"model.{side}.layer_norm", f"{side}/layer_norm", 0
        for i in range(layers):
            ours, theirs = f"model.{side}.layers.{i}", f"{side}/layer_{i}"
            attentions = [("self_attn", "self_attention", ("q", "k", "v"), ())]
            if side == "decoder":
                attentions.append(("encoder_attn", "attention", ("q",), ("k", "v")))
            for to, source, first, second in attentions:
                yield f"{ours}.{to}_layer_norm", f"{theirs}/{source}/layer_norm", 0
                for number, joined in enumerate((first, second)):
                    for part, letter in enumerate(joined):
                        yield f"{ours}.{to}.{letter}_proj", f"{theirs}/{source}/linear_{number}", part
                yield f"{ours}.{to}.out_proj", f"{theirs}/{source}/linear_{2 if second else 1}", 0
            yield f"{ours}.final_layer_norm", f"{theirs}/ffn/layer_norm", 0
            yield f"{ours}.fc1", f"{theirs}/ffn/linear_0", 0
            yield f"{ours}.fc2", f"{theirs}/ffn/linear_1", 0
    for name in ("conv1", "conv2"):
        yield f"model.encoder.{name}", f"encoder/{name}", 0


def hub_weights(found):
    """The same numbers under the hub's names; what CTranslate2 joins is parted again."""
    layers = sum(name.startswith("encoder/") and name.endswith("/ffn/linear_0/weight") for name in found)
    hidden = found["decoder/embeddings/weight"].shape[1]
    weights = {"model.decoder.embed_tokens.weight": found["decoder/embeddings/weight"]}
    for side in ("encoder", "decoder"):
        weights[f"model.{side}.embed_positions.weight"] = found[side + "/position_encodings/encodings"]
    for name, source, part in hub_names(layers):
        norm = source + "/gamma" in found
        rows = slice(part * hidden, (part + 1) * hidden) if "_attn." in name else slice(None)
        weights[name + ".weight"] = found[source + ("/gamma" if norm else "/weight")][rows]
        if "k_proj" not in name:
            weights[name + ".bias"] = found[source + ("/beta" if norm else "/bias")][rows]
    return {name: np.ascontiguousarray(value) for name, value in weights.items()}


def configuration(weights, special):
    vocabulary, hidden = weights["model.decoder.embed_tokens.weight"].shape
    layers = sum(name.startswith("model.encoder.layers.") and name.endswith(".fc1.weight") for name in weights)
    sizes = {"layers": layers, "attention_heads": hidden // 64, "ffn_dim": 4 * hidden}
    return {
        "model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"], "activation_function": "gelu",
        "vocab_size": vocabulary, "d_model": hidden, "num_mel_bins": weights["model.encoder.conv1.weight"].shape[1],
        "max_source_positions": POSITIONS, "max_target_positions": LENGTH, "scale_embedding": False,
        "tie_word_embeddings": True, "torch_dtype": "float16", **ends(special),
        **{f"{side}_{key}": value for side in ("encoder", "decoder") for key, value in sizes.items()}}


def ends(special):
    end = special["<|endoftext|>"]
    return {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end,
            "decoder_start_token_id": special["<|startoftranscript|>"]}


def generation(theirs, special, multilingual):
    found = {
        "alignment_heads": theirs["alignment_heads"], "begin_suppress_tokens": theirs["suppress_ids_begin"],
        "suppress_tokens": theirs["suppress_ids"], "max_initial_timestamp_index": 50, "max_length": LENGTH,
        "no_timestamps_token_id": special["<|notimestamps|>"], "prev_sot_token_id": special["<|startofprev|>"],
        "return_timestamps": False, "is_multilingual": multilingual, **ends(special)}
    if multilingual:
        start, end = special["<|startoftranscript|>"], special["<|translate|>"]
        found["lang_to_id"] = {name: token for name, token in special.items() if start < token < end}
        found["task_to_id"] = {task: special[f"<|{task}|>"] for task in ("transcribe", "translate")}
    return found


def hub(out, weights, source):
    """The hub's folder but for the weights; its configuration."""
    special = {token["content"]: token["id"] for token in read(source, "tokenizer.json")["added_tokens"]}
    config = configuration(weights, special)
    os.makedirs(out)
    shutil.copy(os.path.join(source, "tokenizer.json"), out)
    for name, value in (
        ("config.json", config),
        ("generation_config.json", generation(read(source, "config.json"), special, config["vocab_size"] != 51864)),
        ("preprocessor_config.json", {
            "feature_extractor_type": "WhisperFeatureExtractor", "processor_class": "WhisperProcessor",
            "feature_size": config["num_mel_bins"], "sampling_rate": 16000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}),
    ):
        with open(os.path.join(out, name), "w") as file:
            json.dump(value, file, indent=1)
    return config


def openai_name(name):
    for hubs, theirs in OPENAI:
        name = name.replace(hubs, theirs)
    return name


def assets():
    """The folder of openai/whisper's filters and vocabularies."""
    return os.path.join(os.path.dirname(importlib.util.find_spec("whisper").origin), "assets")


def openai(out, name, weights, config):
    hidden, heads, layers = config["d_model"], config["encoder_attention_heads"], config["encoder_layers"]
    dims = {
        "n_mels": config["num_mel_bins"], "n_audio_ctx": POSITIONS, "n_audio_state": hidden, "n_audio_head": heads,
        "n_audio_layer": layers, "n_vocab": config["vocab_size"], "n_text_ctx": LENGTH, "n_text_state": hidden,
        "n_text_head": heads, "n_text_layer": layers}
    state = {openai_name(key): value for key, value in weights.items()}
    torch.save({"dims": dims, "model_state_dict": state}, os.path.join(out, name + ".pt"))
    shutil.copy(os.path.join(assets(), "gpt2.tiktoken" if name.endswith(".en") else "multilingual.tiktoken"), out)


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


def ggml_tensor(file, name, value, quantized):
    """Matrices as float16 or blocks, all else as float32, the biases of the convolutions as columns."""
    single = value.ndim < 2 or name.endswith("positional_embedding")
    if name.startswith("encoder.conv") and name.endswith("bias"):
        value = value.reshape(-1, 1)
    kind = 0 if single else 8 if quantized and value.ndim == 2 else 1
    data = {0: lambda: value.astype("<f4"), 1: lambda: value.astype("<f2"), 8: lambda: blocks(value)}[kind]()
    file.write(struct.pack("<3i", value.ndim, len(name), kind))
    file.write(struct.pack(f"<{value.ndim}i", *reversed(value.shape)) + name.encode() + data.tobytes())


def ggml(path, weights, config, tokens, quantized):
    filters = np.load(os.path.join(assets(), "mel_filters.npz"))[f"mel_{config['num_mel_bins']}"].astype("<f4")
    sizes = (config["d_model"], config["encoder_attention_heads"], config["encoder_layers"])
    with open(path, "wb") as file:
        file.write(struct.pack(
            "<12i", 0x67676D6C, config["vocab_size"], POSITIONS, *sizes, LENGTH, *sizes, config["num_mel_bins"],
            2007 if quantized else 1))
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes() + struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)) + token)
        for name, value in weights.items():
            ggml_tensor(file, openai_name(name), value, quantized)


def write(name, folder):
    """All layouts, beside FOLDER/ctranslate2."""
    source = os.path.join(folder, "ctranslate2")
    weights = hub_weights(variables(os.path.join(source, "model.bin")))
    config = hub(os.path.join(folder, "safetensors"), weights, source)
    shutil.copytree(os.path.join(folder, "safetensors"), os.path.join(folder, "bin"))
    save_file(weights, os.path.join(folder, "safetensors", "model.safetensors"), metadata={"format": "pt"})
    tensors = {key: torch.from_numpy(value.copy()) for key, value in weights.items()}
    tied = {"proj_out.weight": tensors["model.decoder.embed_tokens.weight"]}
    torch.save(tensors | tied, os.path.join(folder, "bin", "pytorch_model.bin"))
    openai(folder, name, tensors, config)
    tokens = vocabulary(read(source, "tokenizer.json"))
    for kind, quantized in (("f16", False), ("q8_0", True)):
        ggml(os.path.join(folder, kind + ".bin"), weights, config, tokens, quantized)
