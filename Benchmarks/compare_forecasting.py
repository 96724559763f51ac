"""Times Chronos-Bolt checkpoints here and in PyTorch (chronos-forecasting), in one run, and prints a Markdown table.

usage: compare_forecasting.py FOLDER... [--threads 2] [--rounds 5] [--context 512]

Ours and PyTorch's take turns, round after round; a ratio is the median of the rounds' ratios, with the least and the largest
behind it. Below 1 we are faster. Series are random walks, and ours are forecast as a program would have it done: from values
to forecasts with times. Build first: swift build --package-path Benchmarks -c release --product forecasting-benchmark.
"""
import argparse
import os
import re
import statistics
import subprocess
import time

from ratios import ratio

HERE = os.path.dirname(os.path.abspath(__file__))
# What is timed: how many series, our precision, PyTorch's.
CASES = ((1, "f32", "float32"), (1, "int8", "float32"), (32, "f32", "float32"), (32, "bf16", "bfloat16"),
         (32, "int8", "bfloat16"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--context", type=int, default=512)
    parser.add_argument("--forecasting-benchmark", default=os.path.join(HERE, ".build/release/forecasting-benchmark"))
    return parser.parse_args()


def ours(options, folder):
    """Milliseconds by number of series and precision."""
    output = subprocess.run(
        [options.forecasting_benchmark, folder, "--precision", "f32", "bf16", "int8", "--batch", "1", "32",
         "--context", str(options.context), "--threads", str(options.threads)],
        check=True, capture_output=True, text=True).stdout
    found = re.findall(r"(f32|bf16|int8), context .* batch (\d+) +([\d.]+) ms", output)
    return {(int(batch), precision): float(milliseconds) for precision, batch, milliseconds in found}


def pytorch(options, folder):
    """A function that gives milliseconds by number of series and precision."""
    import torch
    from chronos.chronos_bolt import ChronosBoltModelForForecasting

    torch.set_num_threads(options.threads)
    models = {name: ChronosBoltModelForForecasting.from_pretrained(folder).eval() for name in ("float32", "bfloat16")}
    models["bfloat16"].bfloat16()

    def timed(batch, precision):
        series = torch.randn(batch, options.context).cumsum(1).to(getattr(torch, precision))
        times = []
        with torch.inference_mode():
            for _ in range(9):
                start = time.perf_counter()
                models[precision](context=series)
                times.append((time.perf_counter() - start) * 1e3)
        return statistics.median(times[2:])

    return lambda: {(batch, name): timed(batch, name) for batch in (1, 32) for name in models}


def main():
    options = arguments()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    print(f"\n| context {options.context}, {options.threads} threads | series | ms | PyTorch ms | ratio |\n|---|---|---|---|---|")
    for folder in options.folders:
        peer = pytorch(options, folder)
        rounds = [(ours(options, folder), peer()) for _ in range(options.rounds)]
        for batch, precision, peer_precision in CASES:
            mine = [round[0][batch, precision] for round in rounds]
            theirs = [round[1][batch, peer_precision] for round in rounds]
            print(f"| {os.path.basename(folder)}, {precision} against {peer_precision} | {batch} | "
                  f"{statistics.median(mine):.2f} | {statistics.median(theirs):.2f} | {ratio(mine, theirs)} |", flush=True)


main()
