"""The recordings that real.py goes through: clips, one long recording of them, and synthetic voices in other languages."""
import glob
import os
import shutil
import subprocess

import numpy as np
import soundfile
import soxr

RATE = 16_000
KINDS = (".flac", ".wav", ".ogg", ".opus", ".mp3")
TEXTS = {
    "de": "Guten Morgen. Der Zug nach Hamburg fährt heute zehn Minuten später von Gleis sieben ab. Bitte warten Sie hier.",
    "fr": "Bonjour. Le train pour Lyon partira dix minutes plus tard du quai numéro sept. Veuillez attendre dans la gare.",
    "es": "Buenos días. El tren para Madrid sale hoy diez minutos más tarde del andén siete. Por favor, esperen aquí.",
}


def read(path):
    """One channel of 16 kHz."""
    values, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(values.mean(1), rate, RATE)


def write(path, values):
    """A WAV that everyone reads the same numbers of, without another's resampling."""
    soundfile.write(path, np.clip(values, -1, 1), RATE, subtype="PCM_16")
    return path


def clips(speech, out):
    """The recordings of a folder, or one: paths, and by path what is said where a .txt beside it says so."""
    texts, written = {}, []
    found = sorted(path for kind in KINDS for path in glob.glob(os.path.join(speech, "*" + kind)))
    for path in found if os.path.isdir(speech) else [speech]:
        name = os.path.splitext(path)[0]
        written.append(write(os.path.join(out, os.path.basename(name) + ".wav"), read(path)))
        if os.path.exists(name + ".txt"):
            with open(name + ".txt") as file:
                texts[written[-1]] = file.read()
    return written, texts


def long_recording(paths, texts, out, seconds, seed):
    """The clips in turn until they and pauses of 0.3 to 40 s make so many seconds; in the pauses is a faint noise."""
    sounds = [read(path) for path in paths]
    count = 2
    while sum(np.geomspace(0.3, 40, count - 1)) + sum(len(sounds[i % len(sounds)]) for i in range(count)) / RATE < seconds:
        count += 1
    random = np.random.default_rng(seed)
    parts = [sounds[0]]
    for i, pause in enumerate(random.permutation(np.geomspace(0.3, 40, count - 1)), 1):
        parts += [np.zeros(int(pause * RATE), "float32"), sounds[i % len(sounds)]]
    values = np.concatenate(parts)
    path = write(os.path.join(out, "long.wav"), values + random.normal(0, 1e-4, len(values)))
    if all(clip in texts for clip in paths):
        texts[path] = " ".join(texts[paths[i % len(paths)]] for i in range(count))
    return path


def foreign(out):
    """Synthetic German, French and Spanish; none where there is no espeak-ng."""
    if not shutil.which("espeak-ng"):
        return []
    paths = []
    for language, text in TEXTS.items():
        paths.append(os.path.join(out, language + ".wav"))
        subprocess.run(["espeak-ng", "-v", language, "-w", paths[-1], text], check=True)
        write(paths[-1], read(paths[-1]))
    return paths


def beginning(path, out, seconds):
    return write(os.path.join(out, "beginning.wav"), read(path)[:int(seconds * RATE)])
