"""The commands that real.py compares, each a process of its own, and how their results are printed."""
import functools
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = ("tiny.en", "base")


def ours(options, model, paths, *words):
    """The words of a command line of transcribe-audio, English and greedy unless others are given."""
    return [options.command, "--quiet", "--model", os.path.join(options.weights, model), "--threads", str(options.threads),
            *words, *paths]


def transcripts(options, model, paths, *words):
    """What transcribe-audio writes as JSON, one for each recording."""
    output = text(ours(options, model, paths, "--format", "json", *words))
    found = json.loads(output)
    return found if isinstance(found, list) else [found]


def text(words, given=None):
    """A command's output, which must not fail."""
    run = subprocess.run(words, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"{' '.join(words)}: {run.stderr.strip()}")
    return run.stdout


def openai(options, model, paths, **settings):
    """openai/whisper's transcripts, which are asked for once."""
    return openai_once(os.path.join(options.weights, model, model + ".pt"), tuple(paths), tuple(settings.items()))


@functools.cache
def openai_once(file, paths, settings):
    jobs = json.dumps([[path, {"temperature": 0.0, **dict(settings)}] for path in paths])
    return json.loads(text([sys.executable, os.path.join(HERE, "openai_whisper.py"), file], jobs))


def peer(options, *words):
    return [sys.executable, os.path.join(HERE, "peer.py"), *words, "--threads", str(options.threads)]


def has(options, option):
    return option in text([options.command, "--help"])


def table(title, asked, header, rows):
    """Prints a table in Markdown, a row as soon as it is there."""
    print(f"\n{title}; asked: {asked}\n\n| {' | '.join(header)} |\n|{'---|' * len(header)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
