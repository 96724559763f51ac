"""Reference fixtures of the detector of speech: a tiny one with random weights, and what PyTorch computes from it: logits, and the
loss with its gradients.

usage: make_detector_fixtures.py OUT_DIR [--seed N]          (needs torch, safetensors)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter FrameClassifier
The folder speech-detector is committed.
"""
import argparse, json, os

import torch
from safetensors.torch import save_file
from torch.nn import functional

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=3)
options = arguments.parse_args()
torch.manual_seed(options.seed)

CONFIG = dict(
    model_type="speech-detector", architectures=["FrameClassifier"], hidden_size=12, num_hidden_layers=2, num_attention_heads=3,
    intermediate_size=20, num_mel_bins=7, frames_per_token=3, max_position_embeddings=11, past_tokens=4, future_tokens=2,
    hidden_act="gelu", layer_norm_eps=1e-5)
HIDDEN, TOKEN = CONFIG["hidden_size"], CONFIG["frames_per_token"]


def parameters():
    """Every tensor of a checkpoint, by its name."""
    def linear(name, outputs, inputs):
        return {name + ".weight": torch.randn(outputs, inputs) * 0.3, name + ".bias": torch.randn(outputs) * 0.1}

    def norm(name):
        return {name + ".weight": 1 + 0.2 * torch.randn(HIDDEN), name + ".bias": 0.1 * torch.randn(HIDDEN)}

    result = linear("embeddings.frames", HIDDEN, TOKEN * CONFIG["num_mel_bins"])
    result["embeddings.positions"] = torch.randn(CONFIG["max_position_embeddings"], HIDDEN) * 0.3
    for layer in range(CONFIG["num_hidden_layers"]):
        start = f"encoder.layer.{layer}."
        for part in ("query", "key", "value", "output"): result |= linear(start + "attention." + part, HIDDEN, HIDDEN)
        result |= norm(start + "layernorm_before") | norm(start + "layernorm_after")
        result |= linear(start + "intermediate", CONFIG["intermediate_size"], HIDDEN)
        result |= linear(start + "output", HIDDEN, CONFIG["intermediate_size"])
    return result | norm("encoder.layernorm") | linear("classifier", TOKEN, HIDDEN)


def logits(p, frames):
    """frames: [batch, frames, mel bins]"""
    batch, heads = frames.shape[0], CONFIG["num_attention_heads"]

    def linear(name, x): return functional.linear(x, p[name + ".weight"], p[name + ".bias"])

    def norm(name, x): return functional.layer_norm(x, (HIDDEN,), p[name + ".weight"], p[name + ".bias"], CONFIG["layer_norm_eps"])

    x = linear("embeddings.frames", frames.reshape(batch, -1, TOKEN * frames.shape[2]))
    x = x + p["embeddings.positions"][: x.shape[1]]
    for layer in range(CONFIG["num_hidden_layers"]):
        start = f"encoder.layer.{layer}."
        normed = norm(start + "layernorm_before", x)
        q, k, v = (
            linear(start + "attention." + part, normed).reshape(batch, -1, heads, HIDDEN // heads).transpose(1, 2)
            for part in ("query", "key", "value"))
        attended = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(x.shape)
        x = x + linear(start + "attention.output", attended)
        inner = functional.gelu(linear(start + "intermediate", norm(start + "layernorm_after", x)))
        x = x + linear(start + "output", inner)
    return linear("classifier", norm("encoder.layernorm", x)).reshape(batch, -1)


folder = os.path.join(options.out, "speech-detector")
os.makedirs(folder, exist_ok=True)
weights = {name: tensor.requires_grad_() for name, tensor in parameters().items()}
frames = torch.randn(3, 8 * TOKEN, CONFIG["num_mel_bins"])
targets = (torch.rand(frames.shape[:2]) > 0.5).float()
found = logits(weights, frames)
loss = functional.binary_cross_entropy_with_logits(found, targets)
loss.backward()
with open(folder + "/config.json", "w") as file: json.dump(CONFIG, file, indent=2)
save_file({name: tensor.detach() for name, tensor in weights.items()}, folder + "/model.safetensors")
reference = {"input_features": frames, "labels": targets, "logits": found.detach(), "loss": loss.detach()}
reference |= {"gradient." + name: tensor.grad for name, tensor in weights.items()}
save_file({name: tensor.contiguous() for name, tensor in reference.items()}, folder + "/reference.safetensors")
print(folder)
