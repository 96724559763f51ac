"""Reference fixtures of PatchTST: tiny checkpoints with random weights, laid out as the hub does, and what transformers
computes from them: forecasts, location and scale of windows, and the gradients of the mean squared error.

usage: make_patchtst_fixtures.py OUT_DIR [--seed N]          (needs torch, transformers, safetensors)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter PatchTST
The folders called patchtst-* are committed.
"""
import argparse, os

import torch
from safetensors.torch import save_file
from transformers import PatchTSTConfig, PatchTSTForPrediction

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=7)
options = arguments.parse_args()
torch.manual_seed(options.seed)

SIZES = dict(
    num_input_channels=2, context_length=45, prediction_length=7, patch_length=8, patch_stride=4, d_model=12, ffn_dim=20,
    num_attention_heads=3, num_hidden_layers=2, pooling_type=None)


def shake(model):
    """Random weights that exercise every term: biases, norms, tokens and the statistics of batches get values too."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape)
            if "norm" in name and name.endswith("weight"): parameter.copy_(1 + 0.2 * noise)
            elif parameter.dim() >= 2: parameter.add_(noise * 0.2)
            else: parameter.add_(0.1 * noise)
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"): buffer.copy_(0.3 * torch.randn(buffer.shape))
            if name.endswith("running_var"): buffer.copy_(0.5 + torch.rand(buffer.shape))
    return model.eval()  # nothing is dropped, and the statistics of batches are fixed


def windows(config, missing):
    """Waves on different levels, noise, and which values are there; where all are, a column that does not vary. (A missing value
    is 0, which is ten thousands of the scales of such a column away from it: no gradient of float32 bears that.)"""
    time = torch.arange(config.context_length + config.prediction_length)[None, :, None]
    level = torch.tensor([0.0, 100.0 if config.scaling else 1.0, -3.0])[:, None, None]
    values = level + torch.sin(time / 5) * 2 + torch.randn(3, time.shape[1], config.num_input_channels)
    if not missing: values[1, :, 1] = level[1]
    observed = torch.ones(3, config.context_length, config.num_input_channels)
    if missing:
        observed = (torch.rand(observed.shape) > 0.2).float()
        observed[2, :30, 0] = 0
    past = values[:, : config.context_length] * observed
    return past, observed, values[:, config.context_length :]


def write(name, missing=False, **settings):
    folder = os.path.join(options.out, "patchtst-" + name)
    model = shake(PatchTSTForPrediction(PatchTSTConfig(**{**SIZES, **settings})))
    past, observed, future = windows(model.config, missing)
    out = model(past_values=past, past_observed_mask=observed, future_values=future)
    out.loss.backward()
    reference = {
        "past_values": torch.where(observed > 0, past, torch.nan), "prediction": out.prediction_outputs, "loc": out.loc,
        "scale": out.scale}
    gradients = {"future_values": future, "loss": out.loss}
    for parameter, value in model.named_parameters():
        if value.grad is not None: gradients["gradient." + parameter] = value.grad
    model.save_pretrained(folder)
    for file, tensors in (("reference", reference), ("gradients", gradients)):
        save_file({k: v.detach().contiguous() for k, v in tensors.items()}, f"{folder}/{file}.safetensors")
    print(folder)


write("layernorm", norm_type="layernorm", positional_encoding_type="random")
write("postnorm", norm_type="layernorm", pre_norm=False, activation_function="relu", bias=False)
write("batch-postnorm", pre_norm=False, scaling=None)
write("class-token", use_cls_token=True, positional_encoding_type="random", missing=True)
write("mean-pooling", pooling_type="mean", scaling="mean", missing=True)
write("max-pooling", pooling_type="max", norm_type="layernorm", patch_stride=8)
