"""The layouts in which people have a Whisper, written from CTranslate2's. weights.py is the program."""
import importlib.util
import json
import os
import shutil

import numpy as np
import torch
from safetensors.numpy import save_file

import ctranslate2_weights
import ggml

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


def write(name, folder):
    """All layouts, beside FOLDER/ctranslate2."""
    source = os.path.join(folder, "ctranslate2")
    weights = ctranslate2_weights.read(os.path.join(source, "model.bin"))
    config = hub(os.path.join(folder, "safetensors"), weights, source)
    shutil.copytree(os.path.join(folder, "safetensors"), os.path.join(folder, "bin"))
    save_file(weights, os.path.join(folder, "safetensors", "model.safetensors"), metadata={"format": "pt"})
    tensors = {key: torch.from_numpy(value.copy()) for key, value in weights.items()}
    tied = {"proj_out.weight": tensors["model.decoder.embed_tokens.weight"]}
    torch.save(tensors | tied, os.path.join(folder, "bin", "pytorch_model.bin"))
    openai(folder, name, tensors, config)
    filters = np.load(os.path.join(assets(), "mel_filters.npz"))[f"mel_{config['num_mel_bins']}"]
    tokens = ggml.vocabulary(read(source, "tokenizer.json"))
    renamed = {openai_name(key): value for key, value in weights.items()}
    for kind, quantized in (("f16", False), ("q8_0", True)):
        ggml.write(os.path.join(folder, kind + ".bin"), renamed, config, filters, tokens, quantized)
