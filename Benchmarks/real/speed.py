"""Times whole processes: ours beside faster-whisper and whisper.cpp, which take turns."""
import os
import statistics
import sys

from commands import HERE, MODELS, has, ours, peer, table

sys.path.append(os.path.dirname(HERE))
from ratios import ratio
from startup import timed

OURS = ("--language", "en", "--temperature", "0", "--precision", "int8")
IMPORTING = ", importing alone"
HEADER = ("model", "what", "s", "ours to it", "peak, MB")


def rounds(options, cases):
    """By case, the milliseconds to the first output and to the end, and the peaks of memory; the first round does not count."""
    results = {name: [] for name in cases}
    for _ in range(options.rounds + 1):
        for name, words in cases.items():
            results[name].append(timed(words))
    return {name: list(zip(*found[1:])) for name, found in results.items()}


def rows(options, model, cases, column=1):
    """A row a case, the first of which is ours."""
    results = rounds(options, cases)
    mine = next(iter(results.values()))[column]
    for name, found in results.items():
        seconds = statistics.median(found[column]) / 1e3
        alone = found[column] is mine or name.endswith(IMPORTING)
        yield model, name, f"{seconds:.2f}", "" if alone else ratio(mine, found[column]), f"{max(found[2]):.0f}"


def sequential(options, model, path):
    """Command lines that transcribe in English, greedily, a window after the other."""
    folder = os.path.join(options.weights, model)
    return {
        "ours, int8": ours(options, model + "/safetensors", [path], *OURS),
        "faster-whisper, int8": peer(options, "faster-whisper", folder + "/ctranslate2", path),
        "faster-whisper, float32": peer(options, "faster-whisper", folder + "/ctranslate2", path, "--precision", "float32"),
        "whisper.cpp, q8_0": peer(options, "whisper.cpp", folder + "/q8_0.bin", path),
    }


def whole_processes(options, recordings):
    """The long recording from start to end, and how soon the first words of a short one are there."""
    table("The long recording, whole processes; the peers' with Python", "below 1 we are faster", HEADER,
          (row for model in MODELS for row in rows(options, model, sequential(options, model, recordings.long))))
    cases = sequential(options, "base", recordings.beginning)
    cases |= {name + IMPORTING: peer(options, name) for name in ("faster-whisper", "whisper.cpp")}
    table("2 s of speech, start to first word", "below 1 we are faster", HEADER, rows(options, "base", cases, 0))
    return True


def batched(options, recordings):
    """Windows that are decoded together."""
    if not has(options, "--batched"):
        print("\n--batched: left out, transcribe-audio does not know it")
        return True
    table("The long recording, --batched, whole processes; the peer's with Python", "below 1 we are faster", HEADER, (
        row for model in MODELS for row in rows(options, model, {
            "ours, int8": ours(options, model + "/safetensors", [recordings.long], "--batched", *OURS),
            "faster-whisper's BatchedInferencePipeline, int8": peer(
                options, "faster-whisper", os.path.join(options.weights, model, "ctranslate2"), recordings.long, "--batched"),
        })))
    return True
