"""Times this project beside PyTorch, ONNX Runtime and OpenVINO on one checkpoint, and prints a Markdown table.

usage: compare.py MODEL [--threads 2] [--batch-size 1,8] [--rounds 7] [--runs 5]

MODEL is a folder in the hub's layout with a vision Transformer. The systems take turns, round after round, so that a
machine that drifts slows all of them. Each turn is a few runs after two that do not count, a round's figure is their
median, and the table shows the median over the rounds. The ratio is the median of the rounds' ratios, with the least and
the largest behind it. Below 1 we are faster. Build first: swift build --package-path Benchmarks -c release.
"""
import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time

import peers

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = re.compile(r"(?:f32|bf16|int8), (?:load|batch \d+)(?P<memory>, peak memory)?\s+(?P<value>[\d.]+) (?:ms|MB)$")
PEERS = [
    ("OpenVINO", peers.openvino, "f32"), ("ONNX Runtime", peers.onnx_runtime, "f32"), ("PyTorch", peers.pytorch, "f32"),
    ("OpenVINO", peers.openvino, "bf16"), ("PyTorch", peers.pytorch, "bf16"),
    ("ONNX Runtime, dynamic", peers.onnx_runtime, "int8"),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-size", default="1,8")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--time-limit", type=float, default=180, help="seconds that a turn of a peer may take")
    parser.add_argument("--vision-benchmark", default=os.path.join(HERE, ".build/release/vision-benchmark"))
    parser.add_argument(
        "--onnx-folder", help="where model.onnx and model.int8.onnx are made when they are not beside the checkpoint")
    options = parser.parse_args()
    options.batches = [int(size) for size in options.batch_size.split(",")]
    if not os.path.exists(options.vision_benchmark):
        parser.error(f"{options.vision_benchmark} is not there: build it, see above")
    return options


def pin(threads):
    """Keeps this process and all it starts on `threads` processors, and off the network."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ.update(TQDM_DISABLE="1", HF_HUB_OFFLINE="1")


def ours(options, precision, batch):
    """(milliseconds to load, milliseconds a forward, peak memory)"""
    output = subprocess.run(
        [options.vision_benchmark, options.model, "--precision", precision, "--batch-size", str(batch),
         "--threads", str(options.threads), "--runs", str(options.runs)],
        check=True, capture_output=True, text=True).stdout
    values = [float(match["value"]) for match in map(LINE.search, output.splitlines()) if match]
    return values[0], values[1], values[2] if len(values) > 2 else None


def turn(options, peer, batch, samples):
    """One turn of a peer; a forward that is too slow to wait for again takes it out."""
    result = peer.times(batch, options.runs, options.time_limit)
    if result is None:
        return
    times, memory = result
    samples[peer, batch].append((statistics.median(times), memory))
    if times[-1] > peers.SLOW_SECONDS * 1e3:
        peer.failure = "once"


def race(options, racers):
    samples = {(racer, batch): [] for racer in racers + ["f32", "bf16", "int8"] for batch in options.batches}
    loads = {"f32": [], "bf16": [], "int8": []}
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}, load {os.getloadavg()[0]:.2f}", file=sys.stderr)
        for batch in options.batches:
            for precision in loads:
                load, forward, memory = ours(options, precision, batch)
                loads[precision].append(load)
                samples[precision, batch].append((forward, memory))
                for racer in racers:
                    if racer.precision == precision:
                        turn(options, racer, batch, samples)
                        time.sleep(0.3)  # Its threads may spin for a while.
    return samples, loads


def cells(racer, batch, samples):
    mine, theirs = samples[racer.precision, batch], samples[racer, batch]
    start = [racer.name, racer.precision, str(batch)]
    our_time = statistics.median(time for time, _ in mine)
    if not theirs:
        return start + [racer.failure or "failed", f"{our_time:.1f}", "", "", ""]
    ratios = [own / peer for (own, _), (peer, _) in zip(mine, theirs)]
    peaks = [max((memory or 0 for _, memory in side), default=0) for side in (theirs, mine)]
    note = " (one run)" if len(theirs) < len(mine) else ""
    return start + [
        f"{statistics.median(time for time, _ in theirs):.1f}{note}", f"{our_time:.1f}",
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
        f"{peaks[0]:.0f}", f"{peaks[1]:.0f}"]


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    options = arguments()
    pin(options.threads)
    name = os.path.basename(os.path.normpath(options.model))
    with tempfile.TemporaryDirectory() as temporary:
        files = peers.export(options.model, options.onnx_folder or temporary)
        racers = [
            peers.Peer(name, setup, precision, options.model, files, options.threads)
            for name, setup, precision in PEERS]
        for racer in racers:
            racer.answer(300)  # Until it has loaded, so that loading disturbs nobody's turn.
        try:
            samples, loads = race(options, racers)
        finally:
            for racer in racers:
                racer.stop()
    print(f"{name}, {processor()}, {options.threads} threads, {options.rounds} rounds of {options.runs} runs; "
          f"milliseconds a batch, megabytes at the peak\n")
    print("| peer | precision | batch | peer, ms | ours, ms | ours / peer | peer, MB | ours, MB |")
    print("|---|---|---|---|---|---|---|---|")
    for batch in options.batches:
        for racer in racers:
            print("| " + " | ".join(cells(racer, batch, samples)) + " |")
    print("\nOurs, loading: " + ", ".join(f"{kind} {statistics.median(times):.0f} ms" for kind, times in loads.items()))


if __name__ == "__main__":
    main()
