"""Times tokenizers here and in `tokenizers`, on one core, in one run, and prints a Markdown table.

usage: compare_tokenizers.py FOLDER... --texts FILE... [--rounds 5]

FILE holds texts, a line each; the ids of all lines must be the same first. Ours and theirs take turns, round after round; a ratio is the
median of the rounds' ratios, with the least and the largest behind it. Below 1 we are faster. `tokenizers` encodes all lines in one call,
and keeps the words that it saw before. Build first: swift build --package-path Benchmarks -c release --product tokenizer-benchmark.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time

from ratios import ratio

os.environ["TOKENIZERS_PARALLELISM"], os.environ["RAYON_NUM_THREADS"] = "false", "1"
HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--texts", nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokenizer-benchmark", default=os.path.join(HERE, ".build/release/tokenizer-benchmark"))
    return parser.parse_args()


def ours(options, *more):
    return subprocess.run([options.tokenizer_benchmark, *more], check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    from tokenizers import Tokenizer

    options = arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("| tokenizer | texts | MB/s | ratio |\n|---|---|---|---|")
    for folder in options.folders:
        tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        # A file may hold how texts were last cut and filled up.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        for texts in options.texts:
            with open(texts, encoding="utf-8", newline="\n") as file:
                lines = file.read().split("\n")[:-1]
            found = ours(options, folder, texts, "--ids")
            wrong = [i for i, (e, l) in enumerate(zip(tokenizer.encode_batch(lines), found)) if " ".join(map(str, e.ids)) != l]
            if wrong or len(found) != len(lines):
                sys.exit(f"{folder}: line {wrong[0] + 1 if wrong else len(found)} of {texts} has other ids")
            mine, theirs = [], []
            for _ in range(options.rounds):
                mine.append(float(ours(options, folder, texts, "--runs", "2")[1].split()[2]))
                start = time.perf_counter()
                tokenizer.encode_batch(lines)
                theirs.append((time.perf_counter() - start) * 1e3)
            speed = os.path.getsize(texts) / 1e3 / statistics.median(mine)
            print(f"| {os.path.basename(folder)} | {os.path.basename(texts)} | {speed:.1f} | {ratio(mine, theirs)} |", flush=True)


main()
