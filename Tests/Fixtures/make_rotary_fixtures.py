"""Writes rotary.json: what transformers makes of the rotary positions of config.json, in both spellings."""
import json
import pathlib

from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

CONFIGURATIONS = [
    {"head_dim": 64},
    {"head_dim": 20, "rope_theta": 500000.0},
    {"head_dim": 64, "rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 2.5}},
    {"head_dim": 32, "rope_parameters": {"rope_type": "linear", "rope_theta": 7000.0, "factor": 4.0}},
    {"head_dim": 16, "rope_scaling": {"type": "dynamic", "factor": 2.0}},
    {"head_dim": 128, "rope_theta": 500000.0, "max_position_embeddings": 131072, "rope_scaling": {
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192}},
    {"head_dim": 128, "rope_theta": 1000000.0, "max_position_embeddings": 131072, "rope_scaling": {
        "type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}},
    {"head_dim": 64, "max_position_embeddings": 4096, "rope_parameters": {
        "rope_type": "yarn", "rope_theta": 150000.0, "factor": 32.0, "beta_fast": 20.0, "beta_slow": 2.0, "truncate": False,
        "original_max_position_embeddings": 512}},
    {"head_dim": 64, "max_position_embeddings": 4096, "rope_parameters": {
        "rope_type": "yarn", "rope_theta": 10000.0, "factor": 40.0, "mscale": 0.7, "mscale_all_dim": 1.0,
        "original_max_position_embeddings": 1024}},
    {"head_dim": 64, "max_position_embeddings": 4096, "rope_parameters": {
        "rope_type": "yarn", "rope_theta": 10000.0, "factor": 2.0, "attention_factor": 1.25,
        "original_max_position_embeddings": 2048}},
]


def case(settings):
    config = {"max_position_embeddings": 2048, **settings}
    embedding = LlamaRotaryEmbedding(LlamaConfig(hidden_size=config["head_dim"] * 2, num_attention_heads=2, **json.loads(json.dumps(config))))
    return {"config": config, "scale": embedding.attention_scaling, "frequencies": embedding.inv_freq.double().tolist()}


path = pathlib.Path(__file__).parent / "rotary.json"
path.write_text(json.dumps({"cases": [case(settings) for settings in CONFIGURATIONS]}, indent=1) + "\n")
