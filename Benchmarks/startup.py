"""Times classify-image as a whole process: from its start to the first byte of the label, and to its end.

usage: startup.py --model Models/vit-cifar10 [--picture FILE] [--command .build/release/classify-image] [--runs 40]

Beside it, /bin/true shows what starting any process takes here. Needs nothing but Python.
"""
import argparse
import os
import select
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def timed(words):
    """(milliseconds to the first byte of output or the end, milliseconds to the end, megabytes at the peak)"""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    select.select([process.stdout], [], [])
    first = time.perf_counter()
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    end = time.perf_counter()
    if status != 0:
        sys.exit(f"{' '.join(words)}: {errors.decode(errors='replace').strip()}")
    # On Linux, kibibytes; a process also counts this script, which it was for a moment, so small peaks are too large.
    peak = usage.ru_maxrss * (1024 if sys.platform.startswith("linux") else 1) / 1e6
    return (first - start) * 1e3, (end - start) * 1e3, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=os.path.join(ROOT, "Models/vit-cifar10"))
    parser.add_argument("--picture", default=os.path.join(ROOT, "Samples/pictures/cat.png"))
    parser.add_argument("--command", default=os.path.join(ROOT, ".build/release/classify-image"))
    parser.add_argument("--runs", type=int, default=40)
    options = parser.parse_args()
    if not os.path.exists(options.command):
        parser.error(f"{options.command} is not there: swift build -c release makes it")
    for name, words in (
        ("an empty process", ["/bin/true"]),
        ("classify-image", [options.command, "--model", options.model, options.picture]),
    ):
        results = [timed(words) for _ in range(options.runs + 2)][2:]  # The first two bring files into memory.
        first, end, peak = (statistics.median(column) for column in zip(*results))
        best = min(result[1] for result in results)
        print(f"{name:18s} first output {first:8.2f} ms   end {end:8.2f} ms (best {best:.2f})   peak {peak:6.1f} MB")


if __name__ == "__main__":
    main()
