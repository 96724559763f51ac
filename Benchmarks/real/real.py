"""Compares transcribe-audio with real weights of Whisper, tiny.en and base, with what users could run instead; prints tables.

usage: real.py [--speech FOLDER] [--only transcripts words layouts speed inventions batched] [--seconds 120] [--seed 1] [--rounds 5]

    transcripts   tokens and times of words beside openai/whisper's
    words         words wrong in float32, bfloat16 and int8
    layouts       the JSON of the same weights in other layouts
    speed         whole processes beside faster-whisper's and whisper.cpp's: time, start to first word, memory
    inventions    what is written of silence, noise, machines and music
    batched       --batched beside faster-whisper's batched pipeline

Clips of real speech in FOLDER, with a .txt beside each that says what is said or without, are joined to a long recording as well.
weights.py brings the weights; build first: swift build -c release. Leaves with 1 where transcripts, layouts or inventions are not
what they must be; times never are a failure.
"""
import argparse
import os
import platform
import sys
import types

import exactness
import inventions
import recordings
import speed
from commands import HERE

ROOT = os.path.dirname(os.path.dirname(HERE))
REAL = os.path.join(ROOT, ".build/real")
COMPARISONS = {
    "transcripts": exactness.same_transcripts, "words": exactness.words_wrong, "layouts": exactness.same_layouts,
    "speed": speed.whole_processes, "inventions": inventions.nothing_invented, "batched": speed.batched,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", default=os.path.join(ROOT, "Samples/recordings/jfk.flac"), help="a folder, or one recording")
    parser.add_argument("--only", nargs="+", choices=COMPARISONS, default=list(COMPARISONS))
    parser.add_argument("--seconds", type=float, default=120, help="how long the long recording is at least")
    parser.add_argument("--sound-seconds", type=float, default=60, help="how long each sound without speech is")
    parser.add_argument("--seed", type=int, default=1, help="of pauses, noises and music")
    parser.add_argument("--rounds", type=int, default=5, help="how often each process is timed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", default=os.path.join(REAL, "weights"))
    parser.add_argument("--recordings", default=os.path.join(REAL, "recordings"), help="where recordings are written")
    parser.add_argument("--command", default=os.path.join(ROOT, ".build/release/transcribe-audio"))
    return parser.parse_args()


def prepared(options):
    """The recordings that all comparisons share."""
    os.makedirs(options.recordings, exist_ok=True)
    clips, texts = recordings.clips(options.speech, options.recordings)
    if not clips:
        sys.exit(f"{options.speech} holds no recordings")
    return types.SimpleNamespace(
        clips=clips, texts=texts, foreign=recordings.foreign(options.recordings),
        long=recordings.long_recording(clips, texts, options.recordings, options.seconds, options.seed),
        beginning=recordings.beginning(clips[-1], options.recordings, 2))


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    options = arguments()
    given = prepared(options)
    print(f"{processor()}, {options.threads} threads; {len(given.clips)} clips, one recording of them of "
          f"{len(recordings.read(given.long)) / recordings.RATE:.0f} s")
    missed = [name for name in options.only if not COMPARISONS[name](options, given)]
    if missed:
        sys.exit("\nnot met: " + ", ".join(missed))


if __name__ == "__main__":
    main()
