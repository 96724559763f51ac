"""What openai/whisper makes of recordings, in a process of its own, since the program that measures must stay small.

usage: openai_whisper.py NAME.pt < JOBS > TRANSCRIPTS

JOBS is a list of [WAV, options of transcribe()], as JSON; so are the transcripts.
"""
import json
import os
import sys

import soundfile
import torch
import whisper


def load(path):
    """A file of openai/whisper, with the heads that its names stand for."""
    model = whisper.load_model(path, device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS[os.path.splitext(os.path.basename(path))[0]])
    return model


def main():
    torch.set_num_threads(os.cpu_count())
    model = load(sys.argv[1])
    transcripts = []
    for path, options in json.load(sys.stdin):
        samples, _ = soundfile.read(path, dtype="float32")
        transcripts.append(model.transcribe(samples, fp16=False, verbose=None, **options))
    json.dump(transcripts, sys.stdout)


main()
