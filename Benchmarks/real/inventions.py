"""Counts the words that are written of sounds without any."""
import os

import sounds
from commands import MODELS, table, transcripts

PRECISIONS = ("f32", "int8")


def nothing_invented(options, recordings):
    """With --skip-silence; true where nothing is written."""
    paths = list(sounds.make(options.recordings, options.sound_seconds, options.seed))
    runs = [(model, precision) for model in MODELS for precision in PRECISIONS]
    texts = [[found["text"].strip() for found in transcripts(
        options, model + "/safetensors", paths, "--skip-silence", "--precision", precision)] for model, precision in runs]
    counts = [[len(text.split()) for text in column] for column in texts]

    def rows():
        for path, *found in zip(paths, *counts, strict=True):
            yield os.path.splitext(os.path.basename(path))[0], *found
        yield "all", *map(sum, counts)
        if not any("," in os.path.basename(path) for path in paths):
            yield "music: left out, there is no fluidsynth or no sound font", *[""] * len(runs)

    table(f"Words written of {options.sound_seconds:g} s each without speech, with --skip-silence", "none",
          ("sound", *(f"{model}, {precision}" for model, precision in runs)), rows())
    return not any(map(sum, counts))
