"""Times training steps of a vision Transformer here and in PyTorch, in one run, and prints a Markdown table.

usage: compare_training.py CONFIG.json [--threads 2] [--batch-size 128] [--rounds 7] [--steps 3]

CONFIG.json is a hub configuration of a ViT; weights and pictures are random. Ours and PyTorch's take turns, round after
round; a ratio is the median of the rounds' ratios, with the least and the largest behind it. Below 1 we are faster. Build
first: swift build --package-path Benchmarks -c release --product training-benchmark.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import time

from ratios import ratio

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--training-benchmark", default=os.path.join(HERE, ".build/release/training-benchmark"))
    return parser.parse_args()


def ours(options, precision, threads):
    """Milliseconds a step: the median of a few."""
    output = subprocess.run(
        [options.training_benchmark, options.config, "--steps", str(options.steps), "--precision", precision,
         "--batch-size", str(options.batch_size), "--threads", str(threads)],
        check=True, capture_output=True, text=True).stdout
    return float(re.search(r"median ([\d.]+) ms", output)[1])


def pytorch(options):
    """A function that times steps of PyTorch, in float32 or with bfloat16 autocast."""
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    torch.set_num_threads(options.threads)
    config = ViTConfig(**json.load(open(options.config)))
    model = ViTForImageClassification(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    pixels = torch.randn(options.batch_size, config.num_channels, config.image_size, config.image_size)
    labels = torch.randint(0, config.num_labels, (options.batch_size,))

    def step(autocast):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            loss = torch.nn.functional.cross_entropy(model(pixels).logits, labels)
        loss.backward()
        optimizer.step()

    def timed(autocast):
        times = []
        for count in range(options.steps + 1):
            start = time.perf_counter()
            step(autocast)
            times.append((time.perf_counter() - start) * 1e3)
            if autocast and times[0] > 3000:  # emulated: too slow to wait for again
                return times[0]
        return statistics.median(times[1:])

    return timed


def main():
    options = arguments()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    peer = pytorch(options)
    columns = {name: [] for name in ("f32", "f32, one thread", "bf16", "PyTorch f32", "PyTorch bf16")}
    for round in range(options.rounds):
        columns["f32"].append(ours(options, "f32", options.threads))
        columns["PyTorch f32"].append(peer(False))
        columns["f32, one thread"].append(ours(options, "f32", 1))
        columns["bf16"].append(ours(options, "bf16", options.threads))
        columns["PyTorch bf16"].append(peer(True))
        print(f"round {round + 1}: " + "  ".join(f"{name} {times[-1]:.0f}" for name, times in columns.items())
              + f"  load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"\n| a step of {options.batch_size}, {options.threads} threads | ms | ratio |\n|---|---|---|")
    for name, against in (("f32", "PyTorch f32"), ("bf16", "PyTorch bf16"), ("f32", "f32, one thread")):
        print(f"| {name} against {against} | {statistics.median(columns[name]):.0f} against "
              f"{statistics.median(columns[against]):.0f} | {ratio(columns[name], columns[against])} |")


main()
