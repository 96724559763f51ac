"""Makes chronos-bolt-training: gradients of a Chronos-Bolt's loss, and horizons beyond its own, as chronos-forecasting has them.

    pip install torch transformers chronos-forecasting safetensors
    python make_chronos_fixtures.py OUTPUT [--seed N]
"""

import argparse
import json
import pathlib

import torch
from chronos.chronos_bolt import ChronosBoltModelForForecasting, ChronosBoltPipeline
from safetensors.torch import save_file
from transformers import T5Config

arguments = argparse.ArgumentParser()
arguments.add_argument("output", type=pathlib.Path)
arguments.add_argument("--seed", type=int, default=0)
arguments = arguments.parse_args()
torch.manual_seed(arguments.seed)

levels = [0.1, 0.25, 0.5, 0.75, 0.9]
config = T5Config(
    d_model=24, d_kv=6, d_ff=40, num_layers=2, num_decoder_layers=2, num_heads=4, relative_attention_num_buckets=8,
    relative_attention_max_distance=16, feed_forward_proj="relu", vocab_size=2, pad_token_id=0, eos_token_id=1,
    decoder_start_token_id=0, dropout_rate=0.0, is_encoder_decoder=True, initializer_factor=0.5, reg_token_id=1,
    chronos_config=dict(
        context_length=48, prediction_length=10, input_patch_size=6, input_patch_stride=6, quantiles=levels,
        use_reg_token=True),
    architectures=["ChronosBoltModelForForecasting"])
model = ChronosBoltModelForForecasting(config)
for parameter in model.parameters():
    parameter.data += 0.1 * torch.randn_like(parameter)
model.eval()

steps = torch.arange(58)
series = torch.stack(
    [10 + 3 * torch.sin(steps / 4), 0.2 * steps + torch.randn(58), torch.randn(58).cumsum(0), 5 * torch.rand(58)])
context, target = series[:, :48].clone(), series[:, 48:].clone()
context[1, :17] = float("nan")
context[2, 20:23] = float("nan")
target[0, 7:] = float("nan")
target[3, 2] = float("nan")
loss = model(context=context, target=target.clone()).loss
loss.backward()
reference = {"context": context, "target": target, "loss": loss.detach()[None]}
for name, parameter in model.named_parameters():
    if parameter.grad is not None:
        reference["gradient." + name] = parameter.grad.clone()

# The chronos-forecasting pipeline's heuristic for horizons beyond the model's.
pipeline = ChronosBoltPipeline(model)
reference["long.quantiles"] = pipeline.predict(context, prediction_length=33)

folder = arguments.output / "chronos-bolt-training"
folder.mkdir(parents=True, exist_ok=True)
model.save_pretrained(folder, safe_serialization=True)
(folder / "generation_config.json").unlink(missing_ok=True)
save_file({name: tensor.contiguous() for name, tensor in reference.items()}, folder / "reference.safetensors")
(folder / "README.md").write_text(
    "The loss of a small Chronos-Bolt and its gradients, with missing values in contexts and targets (`loss`, "
    "`gradient.NAME`), and quantiles for a horizon three times its own (`long.quantiles`, `[series, levels, steps]`), by "
    "chronos-forecasting. Made by ../make_chronos_fixtures.py.\n")
