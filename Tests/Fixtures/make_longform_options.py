"""Further runs of openai/whisper's transcribe() on a folder of make_longform.py: clips, hallucinations, prompts that are carried, tokens
that are suppressed. Writes expected-options.json beside its expected.json.

usage: make_longform_options.py FOLDER      (pip install openai-whisper safetensors tokenizers)
"""
import json, sys
import numpy as np, soundfile as sf, tiktoken, torch, whisper, whisper.tokenizer as wt
from safetensors.torch import load_file
from tokenizers import Tokenizer
from whisper.model import ModelDimensions, Whisper

folder = sys.argv[1]
config = json.load(open(folder + "/config.json"))
generation = json.load(open(folder + "/generation_config.json"))
file = json.load(open(folder + "/tokenizer.json"))
torch.set_num_threads(2)

# The folder's vocabulary for tiktoken, in place of the published one.
alphabet, other = {}, 0
for byte in range(256):
    plain = 33 <= byte < 127 or 161 <= byte < 173 or 174 <= byte
    alphabet[chr(byte if plain else 256 + other)] = byte
    other += not plain
specials = {token["content"]: token["id"] for token in file["added_tokens"]}
ranks = {bytes(alphabet[c] for c in token): rank for token, rank in file["model"]["vocab"].items() if token not in specials}
pattern = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
encoding = tiktoken.Encoding(
    name="folder", explicit_n_vocab=config["vocab_size"], pat_str=pattern, mergeable_ranks=ranks, special_tokens=specials)
wt.get_encoding = lambda name="gpt2", num_languages=99: encoding
wt.get_tokenizer.cache_clear()
assert encoding.encode("Hello, the river's rain") == Tokenizer.from_file(folder + "/tokenizer.json").encode("Hello, the river's rain").ids


class Small(Whisper):
    is_multilingual = property(lambda self: True)
    num_languages = property(lambda self: 99)


dims = ModelDimensions(
    config["num_mel_bins"], 1500, config["d_model"], config["encoder_attention_heads"], config["encoder_layers"],
    config["vocab_size"], 448, config["d_model"], config["decoder_attention_heads"], config["decoder_layers"])
model = Small(dims).eval()
renamed = [
    ("model.", ""), (".layers.", ".blocks."), (".self_attn_layer_norm", ".attn_ln"), (".encoder_attn_layer_norm", ".cross_attn_ln"),
    (".self_attn.", ".attn."), (".encoder_attn.", ".cross_attn."), ("q_proj", "query"), ("k_proj", "key"), ("v_proj", "value"),
    ("out_proj", "out"), (".fc1", ".mlp.0"), (".fc2", ".mlp.2"), (".final_layer_norm", ".mlp_ln"),
    ("encoder.layer_norm", "encoder.ln_post"), ("decoder.layer_norm", "decoder.ln"),
    ("encoder.embed_positions.weight", "encoder.positional_embedding"),
    ("decoder.embed_positions.weight", "decoder.positional_embedding"), ("embed_tokens", "token_embedding")]
weights = {}
for name, tensor in load_file(folder + "/model.safetensors").items():
    for old, new in renamed:
        name = name.replace(old, new)
    weights[name] = tensor.float()
missing = model.load_state_dict(weights, strict=False)
assert not missing.unexpected_keys, missing

sound = sf.read(folder + "/audio.flac", dtype="float32")[0]
base = dict(language="en", temperature=0.0, beam_size=None, fp16=False, verbose=None, condition_on_previous_text=False)
runs = {
    "clips": dict(clip_timestamps=[3.2, 20.5, 31.0, 66.4], sample_len=80),
    "clips-to-the-end": dict(clip_timestamps=[45.01], sample_len=80, word_timestamps=True),
    "hallucinations": dict(word_timestamps=True, hallucination_silence_threshold=0.2),
    "hallucinations-at-pauses": dict(word_timestamps=True, hallucination_silence_threshold=0.5, sample_len=20),
    "hallucinations-cut-off": dict(word_timestamps=True, hallucination_silence_threshold=0.01, sample_len=40),
    "carried-prompt": dict(
        condition_on_previous_text=True, initial_prompt="The river runs.", carry_initial_prompt=True, sample_len=60),
    "nothing-suppressed": dict(suppress_tokens="", sample_len=60),
    "more-suppressed": dict(suppress_tokens="-1,300,301,302", sample_len=60),
    "length-penalty": dict(beam_size=3, length_penalty=0.6, sample_len=60),
    "patience": dict(beam_size=2, patience=2.0, sample_len=60),
    "punctuation": dict(word_timestamps=True, prepend_punctuations="(", append_punctuations=".", sample_len=80),
}
results = {}
for name, options in runs.items():
    result = model.transcribe(sound, **(base | options))
    results[name] = {"options": {**base, **options}, "segments": result["segments"]}
    print(name, len(result["segments"]), [segment["seek"] for segment in result["segments"]])
number = lambda x: round(float(x), 6) if isinstance(x, (float, np.floating)) else int(x)
with open(folder + "/expected-options.json", "w") as output:
    json.dump(results, output, default=number)
