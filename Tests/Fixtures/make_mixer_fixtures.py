"""Reference fixtures of TinyTimeMixer: tiny checkpoints with random weights, laid out as the hub does, and what IBM's
granite-tsfm forecasts with them.

usage: make_mixer_fixtures.py OUT_DIR [--seed N]          (needs torch, granite-tsfm, safetensors)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter TinyTimeMixerTests
The folders that it writes with the seed 7 are committed.
"""
import argparse, os

import numpy as np
import torch
from safetensors.torch import save_file
from tsfm_public.models.tinytimemixer import TinyTimeMixerConfig, TinyTimeMixerForPrediction
from tsfm_public.toolkit.dataset import impute_forward_fill

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=7)
options = arguments.parse_args()
torch.manual_seed(options.seed)

SIZES = dict(context_length=24, patch_length=6, patch_stride=6, prediction_length=5, d_model=16, num_layers=2, decoder_d_model=12, decoder_num_layers=1, frequency_token_vocab_size=9)


def shake(model):
    """Random weights that exercise every term: biases, norms and statistics get values too."""
    with torch.no_grad():
        for name, parameter in list(model.named_parameters()) + list(model.named_buffers()):
            noise = torch.randn(parameter.shape)
            if name.endswith("running_var"): parameter.copy_(1 + noise.abs())
            elif not parameter.is_floating_point(): continue
            elif parameter.dim() >= 2: parameter.add_(noise * 0.1)
            elif "norm" in name and name.endswith("weight"): parameter.copy_(1 + 0.1 * noise)
            else: parameter.add_(0.05 * noise)
    return model.eval()


def contexts(length):
    """Waves on levels; the second has missing values, the third begins with such, the fourth does not vary."""
    times = torch.arange(length)
    series = torch.stack([torch.sin(times / 2 + row) + 3 * row for row in range(4)]) + 0.1 * torch.randn(4, length)
    series[1, length // 3:length // 3 + 3] = torch.nan
    series[1, -1] = torch.nan
    series[2, :length // 4] = torch.nan
    series[3] = 5
    return series


def prediction(model, series, frequency):
    """As the pipeline of granite-tsfm does with series that were standardised: missing values are those before them, or the
    mean (0 where there is no scaling by it), and do not count as observed; what is too short is filled up on the left alike."""
    rows = []
    for row in series:
        known = ~torch.isnan(row)
        first = row[known].mean().item() if model.config.scaling in ("std", True) else 0.0
        missing = model.config.context_length - len(row)
        row = torch.cat([torch.full((missing,), torch.nan), row])
        filled = torch.from_numpy(impute_forward_fill(row.numpy()[:, None], first)).float()
        observed = ~torch.isnan(row)[:, None]
        token = torch.tensor([frequency]) if model.config.resolution_prefix_tuning else None
        with torch.no_grad():
            output = model(past_values=filled[None], past_observed_mask=observed[None], freq_token=token)
        rows.append(output.prediction_outputs[0, :, 0])
    return torch.stack(rows)


def write(name, frequency=0, **changes):
    folder = os.path.join(options.out, name)
    model = shake(TinyTimeMixerForPrediction(TinyTimeMixerConfig(**{**SIZES, **changes})))
    reference = {}
    for suffix, length in (("", model.config.context_length), (".short", model.config.context_length * 2 // 3)):
        series = contexts(length)
        reference["contexts" + suffix] = series
        reference["predictions" + suffix] = prediction(model, series, frequency)
    reference["frequency"] = torch.tensor([frequency])
    model.save_pretrained(folder)
    save_file({k: v.contiguous() for k, v in reference.items()}, folder + "/reference.safetensors")
    print(folder)


write("mixer-plain", use_decoder=False, gated_attn=False)
write("mixer-decoder", adaptive_patching_levels=0, num_layers=3, prediction_filter_length=3, context_length=27)
write("mixer-one-level", adaptive_patching_levels=1, scaling="mean", decoder_d_model=16)
write("mixer-two-levels", adaptive_patching_levels=2, decoder_adaptive_patching_levels=2, expansion_factor=3, scaling=None)
write("mixer-three-levels", adaptive_patching_levels=3, gated_attn=False, scaling=True, decoder_raw_residual=True)
write("mixer-frequency", frequency=7, adaptive_patching_levels=2, resolution_prefix_tuning=True, decoder_raw_residual=True, use_positional_encoding=True)
write("mixer-batch-norm", adaptive_patching_levels=1, norm_mlp="BatchNorm")
