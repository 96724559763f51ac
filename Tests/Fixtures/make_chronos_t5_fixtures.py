"""Makes chronos-t5-series: tokens of series, and horizons beyond the model's own, as chronos-forecasting has them.

    pip install torch transformers chronos-forecasting safetensors
    python make_chronos_t5_fixtures.py OUTPUT

OUTPUT holds chronos-t5 already, whose weights forecast.
"""

import argparse
import dataclasses
import json
import pathlib

import torch
from chronos import ChronosPipeline, MeanScaleUniformBins
from safetensors.torch import save_file

arguments = argparse.ArgumentParser()
arguments.add_argument("output", type=pathlib.Path)
arguments = arguments.parse_args()
torch.manual_seed(0)
pipeline = ChronosPipeline.from_pretrained(arguments.output / "chronos-t5", dtype=torch.float32)

# The published models' bins.
low, high, count = -15.0, 15.0, 4096
config = dataclasses.replace(pipeline.model.config, n_tokens=count, context_length=2048)
tokenizer = MeanScaleUniformBins(low, high, config)


def on_boundaries(size):
    """Values that, divided by the mean of their amounts, lie within rounding of boundaries between bins."""
    width = (high - low) / (count - config.n_special_tokens - 2)
    # Amounts of (n + 1/2) widths, whose mean is 1 where the n add up to this.
    total = round(size / width - size / 2)
    steps = torch.distributions.Multinomial(total, torch.rand(size) ** 2).sample()
    signs = torch.randint(0, 2, (size,)) * 2 - 1
    return signs * (steps.double() + 0.5) * width


reference = {}
for size in [1, 2, 3, 5, 7, 8, 9, 30, 31, 100, 513, 2048]:
    context = torch.stack([
        torch.randn(size, dtype=torch.float64).cumsum(0) * 3,
        torch.randint(0, 9, (size,)).double(),
        torch.exp(2 * torch.randn(size, dtype=torch.float64)),
        on_boundaries(size) * 17.3, on_boundaries(size) / 1024,
        torch.full((size,), 0.1, dtype=torch.float64),
        torch.zeros(size, dtype=torch.float64),
    ])
    context[0, 1::5] = float("nan")
    ids, mask, scale = tokenizer.context_input_transform(context)
    values = tokenizer.output_transform(ids[:, None, :-1], scale)[:, 0]
    reference |= {
        f"{size}.context": context.float(), f"{size}.token_ids": ids.int(), f"{size}.attention_mask": mask,
        f"{size}.scale": scale, f"{size}.values": values}

# Three times the model's horizon and a bit more. Only the likeliest token is drawn.
steps = torch.arange(90)
context = torch.stack([10 + 3 * torch.sin(steps / 4), 0.2 * steps + torch.randn(90), torch.randn(90).cumsum(0)])
context[1, 70:75] = float("nan")
long = pipeline.predict(context, prediction_length=3 * pipeline.model_prediction_length + 1, num_samples=2, top_k=1)
reference |= {"long.context": context, "long.values": long[:, 0]}

folder = arguments.output / "chronos-t5-series"
folder.mkdir(parents=True, exist_ok=True)
chronos = dataclasses.asdict(config)
hub = json.loads((arguments.output / "chronos-t5" / "config.json").read_text())
(folder / "config.json").write_text(json.dumps(hub | {"vocab_size": count, "chronos_config": chronos}, indent=2) + "\n")
save_file({name: tensor.contiguous() for name, tensor in reference.items()}, folder / "reference.safetensors")
(folder / "README.md").write_text(
    "Series of several lengths as the published Chronos-T5's tokenizer reads them: random, counts, on the boundaries "
    "between bins, constant, zero, with missing values (`LENGTH.context`, `.token_ids`, `.attention_mask`, `.scale`, and "
    "the tokens' `.values`); and what ../chronos-t5 makes of a horizon three times its own where only the likeliest token "
    "is drawn (`long.values`), by chronos-forecasting. Made by ../make_chronos_t5_fixtures.py.\n")
