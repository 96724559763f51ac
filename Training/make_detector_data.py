"""Makes what the detector of speech is trained and measured with.

    apt-get install espeak-ng flite festival fluidsynth … (detector_voices.py and detector_music.py name them all)
    python3 -m pip install numpy scipy soundfile
    python3 make_detector_data.py OUTPUT --texts SENTENCES… [--digits RECORDINGS] [--speech FILE…] [--unheard-speech FILE…]

SENTENCES are text files with a sentence a line. RECORDINGS is the folder `recordings` of the Free Spoken Digit Dataset, files named
DIGIT_SPEAKER_INDEX.wav. What --speech names is learned, too; what --unheard-speech names only measures. OUTPUT gets recordings of
half a minute and manifests, a line of JSON each, with the stretches of speech in seconds:

    train.jsonl, validation.jsonl   voices and soundfonts that are learned
    unheard.jsonl                   voices, a soundfont and pieces that no training hears, half of it real speech where there is any
"""

import argparse
import json
import os
import random as plain_random
import wave
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from scipy import signal

import detector_music as music
import detector_sounds as sounds
import detector_voices as voices

RATE, FRAME = voices.RATE, voices.FRAME
SECONDS = 30
SOUNDFONTS = [
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3",
    "/usr/share/sounds/sf2/OPL-3_FM_128M.sf2",
]
UNHEARD_SOUNDFONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"


def generators(*parts):
    """NumPy's chance and Python's, from the same seed."""
    name = " ".join(map(str, parts))
    return np.random.default_rng(list(name.encode())), plain_random.Random(name)


def write(path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with wave.open(str(part), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    part.rename(path)  # whole or not there


def passages(options):
    """(file name, engine, voice, how many sentences) of everything that is spoken by machines."""
    some_languages = [language for language in voices.languages() if language not in voices.UNHEARD_LANGUAGES]
    random = plain_random.Random(f"passages {options.seed}")
    jobs = []
    for i in range(options.voices):
        # English more often than any other; every second voice is a variant.
        language = random.choice(["en", "en-us", "en-gb-x-rp"]) if i % 4 == 0 else random.choice(some_languages)
        jobs.append(("heard", "espeak", language + random.choice(["", "+" + random.choice(voices.VARIANTS)]), 3))
        jobs.append(("heard", "flite", voices.FLITE[i % len(voices.FLITE)], 3)) if i % 4 == 0 else None
    for voice in voices.FESTIVAL:
        jobs += [("heard", "festival", voice, 3)] * (options.voices // 40)
    for i in range(options.voices // 10):
        voice = random.choice(voices.UNHEARD_LANGUAGES) + "+" + random.choice(voices.UNHEARD_VARIANTS)
        jobs.append(("unheard", "espeak", voice, 3))
        jobs.append(("unheard", "flite", random.choice(voices.UNHEARD_FLITE), 3)) if i % 4 == 0 else None
    for voice in voices.UNHEARD_FESTIVAL:
        jobs += [("unheard", "festival", voice, 3)] * (options.voices // 80)
    return [(f"passages/{kind}/{engine}-{i}.wav", engine, voice, count) for i, (kind, engine, voice, count) in enumerate(jobs)]


def make_passage(job):
    (name, engine, voice, count), texts, output, seed = job
    random, plain = generators("passage", name, seed)
    path = output / name
    if not path.exists():
        samples = voices.spoken(engine, voice, " ".join(plain.sample(texts, count)), random)
        if samples is not None:
            write(path, samples / np.max(np.abs(samples)) * 0.7)


def make_piece(job):
    name, soundfont, output, seed = job
    path = output / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        music.played(generators("piece", name, seed)[1], 45, soundfont, path)


def digits(folder, random):
    """A passage of one speaker's digits, some quickly one after another, some with pauses."""
    files = sorted(folder.glob("*_*_*.wav"))
    speaker = random.choice(sorted({path.stem.split("_")[1] for path in files}))
    own = [path for path in files if path.stem.split("_")[1] == speaker]
    pace = random.choice([0.02, 0.1, 0.4])
    parts = []
    for path in random.choice(own, 20):
        word = voices.read(path)
        parts += [word / (np.max(np.abs(word)) + 1e-6) * 0.7, np.zeros(int(random.exponential(pace) * RATE), np.float32)]
    return np.concatenate(parts)


class Sources:
    """What recordings are put together from."""

    def __init__(self, options, kind):
        self.output, self.digits = options.output, options.digits if kind == "heard" else None
        self.passages = sorted((options.output / "passages" / kind).glob("*.wav"))
        self.real = options.speech if kind == "heard" else options.unheard_speech
        self.pieces = sorted((options.output / "pieces" / kind).glob("*.wav"))
        self.real_share = 0.1 if kind == "heard" else 0.5

    def passage(self, random):
        if self.real and random.random() < self.real_share:
            return voices.read(random.choice(self.real))
        if self.digits and random.random() < 0.2:
            return digits(self.digits, random)
        engine = random.choice(["espeak", "espeak", "flite", "festival"])
        own = [path for path in self.passages if path.name.startswith(engine)] or self.passages
        return voices.read(random.choice(own))

    def piece(self, count, random):
        samples = voices.read(random.choice(self.pieces))
        samples = np.roll(samples, random.integers(0, len(samples)))
        return sounds.scaled(np.resize(samples, count), -20)


def speech_track(count, sources, random):
    """Turns of one to three speakers with pauses, and where they speak."""
    track, speech = np.zeros(count), np.zeros(count // FRAME, bool)
    people = []
    for _ in range(random.integers(1, 4)):
        samples = sources.passage(random).astype(float)
        speaks = voices.speech_of(samples)
        if random.random() < 0.6:  # higher and quicker, or deeper and slower
            up = int(random.integers(85, 121))
            samples, old = signal.resample_poly(samples, 100, up), speaks
            speaks = old[np.minimum(np.arange(len(samples) // FRAME) * up // 100, len(old) - 1)]
        # Edges of recordings may click.
        samples = sounds.scaled(sounds.through_channel(samples, random), -20 + random.uniform(-6, 6))
        if random.random() < 0.4:
            samples = sounds.in_room(samples, random)
        people.append((samples, speaks))
    frame = int(random.exponential(60)) if random.random() < 0.7 else 0
    while frame < len(speech):
        samples, speaks = people[random.integers(0, len(people))]
        length = int(random.uniform(40, 900))
        start = int(random.integers(0, max(1, len(speaks) - length)))
        length = min(length, len(speaks) - start, len(speech) - frame)
        part = samples[start * FRAME : (start + length) * FRAME].copy()
        fade = min(len(part), 80)
        part[:fade] *= np.linspace(0, 1, fade)
        part[len(part) - fade :] *= np.linspace(1, 0, fade)
        track[frame * FRAME : frame * FRAME + len(part)] += part
        speech[frame : frame + length] |= speaks[start : start + length]
        pause = random.exponential(80) if random.random() < 0.75 else random.uniform(200, 900)
        frame += length + int(pause) if random.random() < 0.95 else max(1, length // 2)
    return track, voices.closed(speech)


def background(count, sources, random):
    """Noise or music, or one and then the other, of power -20 dB; or nothing."""
    kind = random.choice(["noise", "noise", "music", "both", "then"])
    make = {"noise": lambda: sounds.noise(count, random), "music": lambda: sources.piece(count, random)}
    if kind in make:
        return make[kind]()
    first, second = make["music"](), make["noise"]()
    if kind == "both":
        return first + second * random.uniform(0.05, 1)
    if random.random() < 0.5:
        first, second = second, first
    middle = random.integers(count // 5, count * 4 // 5)
    ramp = np.clip((np.arange(count) - middle) / (RATE * random.uniform(0.01, 1)), 0, 1)
    return first * (1 - ramp) + second * ramp


def recording(random, sources):
    """(samples, whether each hundredth of a second is speech)"""
    count = SECONDS * RATE
    if random.random() < 0.3:
        samples, speech = background(count, sources, random), np.zeros(count // FRAME, bool)
        if random.random() < 0.3:
            samples = sounds.through_channel(samples, random)
    else:
        samples, speech = speech_track(count, sources, random)
        if random.random() < 0.75:
            loud = np.repeat(speech, FRAME)
            level = 10 * np.log10(sounds.power(samples[loud])) if loud.any() else -20
            below = max(0, random.normal(16, 9))  # decibels
            samples = samples + sounds.scaled(background(count, sources, random), level - below)
    # Rarely nothing at all: even a quiet room and its microphone make some noise.
    samples = sounds.scaled(samples, min(-6, random.normal(-24, 9)))
    if random.random() < 0.85:
        samples = samples + sounds.scaled(sounds.coloured(count, random.uniform(0, 5), random), random.uniform(-90, -55))
    return samples, speech


def stretches(speech):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], speech.astype(int), [0]])))
    return [{"start": int(start) / 100, "end": int(end) / 100} for start, end in zip(edges[::2], edges[1::2])]


def make_recording(job):
    name, kind, options = job
    random, _ = generators("recording", name, options.seed)
    samples, speech = recording(random, Sources(options, kind))
    write(options.output / name, samples)
    return json.dumps({"audio": name, "speech": stretches(speech)})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--digits", type=Path)
    parser.add_argument("--speech", type=Path, nargs="*", default=[])
    parser.add_argument("--unheard-speech", type=Path, nargs="*", default=[])
    parser.add_argument("--recordings", type=int, default=2400)
    parser.add_argument("--voices", type=int, default=400)
    parser.add_argument("--pieces", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    texts = [line.strip() for path in options.texts for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    some = plain_random.Random(options.seed).sample(texts, min(len(texts), 2000))
    with Pool(os.cpu_count()) as pool:
        pool.map(make_passage, [(job, some, options.output, options.seed) for job in passages(options)], chunksize=4)
        pieces = [(f"pieces/heard/{i}.wav", SOUNDFONTS[i % len(SOUNDFONTS)]) for i in range(options.pieces)]
        pieces += [(f"pieces/unheard/{i}.wav", UNHEARD_SOUNDFONT) for i in range(options.pieces // 6)]
        pool.map(make_piece, [(*job, options.output, options.seed) for job in pieces], chunksize=4)
        held_back = options.recordings // 20
        for manifest, kind, count in [
            ("train", "heard", options.recordings), ("validation", "heard", held_back), ("unheard", "unheard", held_back)
        ]:  # fmt: skip
            jobs = [(f"{manifest}/{i:05}.wav", kind, options) for i in range(count)]
            lines = pool.map(make_recording, jobs, chunksize=8)
            (options.output / f"{manifest}.jsonl").write_text("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
