"""Makes what the digits' recogniser is trained and measured with.

    apt-get install espeak-ng flite festival festvox-kallpc16k festvox-kdlpc16k
    python3 make_digits_data.py RECORDINGS OUTPUT [--held-out-speaker jackson] [--seed 1]

RECORDINGS holds the Free Spoken Digit Dataset's `recordings`, files named DIGIT_SPEAKER_INDEX.wav. OUTPUT gets the
synthetic and altered voices' recordings and manifests, one line of JSON for a recording:

    train.jsonl, validation.jsonl                     all speakers; whole recordings are held back for validation
    train-without-jackson.jsonl, validation-without-…  the same without one speaker
    strings-held-back/strings.jsonl                   strings of digits from the recordings that were held back
    strings-jackson/strings.jsonl                     strings of the speaker that was left out
    strings-unheard/strings.jsonl                     strings by synthetic voices that no training hears
    silence/silence.jsonl                             no speech at all

jackson is left out because another American (theo) stays: what is measured is a voice that was not heard rather than an
accent that was not. His recordings are neither the cleanest nor the noisiest of the six speakers.
"""

import argparse
import json
import os
from multiprocessing import Pool
from pathlib import Path
from random import Random

import digits_sounds as sounds
import digits_voices as voices

WORDS = "zero one two three four five six seven eight nine".split()
# Of every digit and speaker; 0 to 4 are what the data set calls its test set and need not be there.
HELD_BACK = range(5, 9)
STRINGS = 200
LONGEST_STRING = 7.8  # seconds: within the model's window of 8
PEOPLE = 240  # pairs of espeak-ng's accents and variants
HIGHER = "-higher"  # follows the speaker's name


def recordings(folder, output):
    """(index, entry) of every recording of the data set, in the order of their names."""
    result = []
    for path in sorted(folder.glob("*_*_*.wav")):
        digit, speaker, index = path.stem.split("_")
        audio = os.path.relpath(path, output)
        result.append((int(index), {"audio": audio, "text": WORDS[int(digit)], "speaker": speaker}))
    if not result:
        raise SystemExit(f"{folder}: holds no DIGIT_SPEAKER_INDEX.wav")
    return result


def people(seed):
    """(engine, voice, name, strings) of every synthetic voice that is trained on."""
    pairs = [(accent, variant) for accent in voices.ACCENTS for variant in voices.VARIANTS]
    chosen = Random(f"people {seed}").sample(pairs, PEOPLE)
    return (
        [("espeak", f"{accent}+{variant}", f"{accent}-{variant}", 3) for accent, variant in chosen]
        + [("flite", voice, f"flite-{voice}-{i}", 4) for voice in voices.FLITE for i in range(8)]
        + [("festival", voice, f"festival-{voice}-{i}", 4) for voice in voices.FESTIVAL for i in range(8)]
    )


def person(job):
    """Records one synthetic voice: every digit alone, and a few strings in one breath."""
    (engine, voice, name, strings), output, seed = job
    random = Random(f"{name} {seed}")
    texts = WORDS + [" ".join(random.choices(WORDS, k=random.randint(2, 5))) for _ in range(strings)]
    entries = []
    for i, (text, samples) in enumerate(zip(texts, voices.spoken(engine, voice, random, texts))):
        audio = f"synthetic/{name}-{i}.wav"
        sounds.write(output / audio, voices.RATE, samples)
        entries.append({"audio": audio, "text": text, "speaker": name})
    return entries


def higher(job):
    """A recording as a woman or a child might have said it: all its frequencies raised, at the same pace. All six
    speakers are men."""
    entry, output, seed = job
    stem = Path(entry["audio"]).stem
    factor = Random(f"higher {stem} {seed}").uniform(1.1, 1.3)
    rate, samples = sounds.read(output / entry["audio"])
    audio = f"higher/{stem}.wav"
    sounds.write(output / audio, rate, sounds.stretched(sounds.resampled(samples, factor), rate, factor))
    return {"audio": audio, "text": entry["text"], "speaker": entry["speaker"] + HIGHER}


def string(pieces, rate, random):
    """(samples, words) of (samples, word) spoken one after another; as many as fit. Every second time quicker or slower
    as a whole, and every second time with noise."""
    speed = random.uniform(0.9, 1.1) if random.random() < 0.5 else 1
    samples, words = [0.0] * round(random.uniform(0.1, 0.8) * rate), []
    for piece, word in pieces:
        gap = random.uniform(0.03, 0.5) ** 1.3
        if len(samples) + len(piece) + gap * rate > LONGEST_STRING * min(speed, 1) * rate and words:
            break
        samples += piece + [0.0] * round(gap * rate)
        words.append(word)
    samples += [0.0] * round(random.uniform(0, 0.3) * rate)
    if speed != 1:
        samples = sounds.resampled(samples, speed)
    if random.random() < 0.5:
        samples = sounds.with_noise(samples, random.uniform(10, 40), random.choice(["white", "pink", "brown"]), random)
    return samples, words


def joined_strings(job):
    """Strings of single recordings, each of one speaker; 1 to 8 digits."""
    name, entries, output, seed = job
    random = Random(f"{name} {seed}")
    by_speaker = {}
    for entry in entries:
        by_speaker.setdefault(entry["speaker"], []).append(entry)
    result = []
    for i in range(STRINGS):
        speaker = random.choice(sorted(by_speaker))
        chosen = random.choices(by_speaker[speaker], k=random.randint(1, 8))
        read = [(sounds.read(output / entry["audio"]), entry["text"]) for entry in chosen]
        rate = read[0][0][0]
        samples, words = string([(samples, text) for (_, samples), text in read], rate, random)
        result.append(saved(f"{i:03}", name, rate, samples, " ".join(words), speaker, output))
    return name, "strings", result


def unheard_strings(job):
    """Strings by voices that no training hears: half of them digit by digit, half in one breath."""
    name, output, seed = job
    random = Random(f"{name} {seed}")
    accented = [voices.UNHEARD_ACCENT + "+" + v for v in voices.VARIANTS[:12] + voices.UNHEARD_VARIANTS]
    others = [f"{accent}+{variant}" for accent in voices.ACCENTS for variant in voices.UNHEARD_VARIANTS]
    result = []
    for i in range(STRINGS):
        engine, voice = random.choice(
            [("flite", voice) for voice in voices.UNHEARD_FLITE]
            + [("espeak", random.choice(accented)), ("espeak", random.choice(others))]
        )
        words = random.choices(WORDS, k=random.randint(1, 8))
        if i % 2:
            pieces = list(zip(voices.spoken(engine, voice, random, words), words))
            samples, words = string(pieces, voices.RATE, random)
        else:
            # Nobody speaks eight digits in one breath.
            words = words[:5]
            whole = next(voices.spoken(engine, voice, random, [" ".join(words)]))
            samples, _ = string([(whole, "")], voices.RATE, random)
        result.append(saved(f"{i:03}", name, voices.RATE, samples, " ".join(words), f"{engine}-{voice}", output))
    return name, "strings", result


def silences(job):
    """Clips in which nobody speaks: nothing, noise from barely there to loud, hum, clicks."""
    name, output, seed = job
    random, rate, result = Random(f"{name} {seed}"), voices.RATE, []
    for i in range(60):
        count = round(random.uniform(0.5, 7.5) * rate)
        level = 10 ** (random.uniform(-60, -12) / 20)
        match i % 10:
            case 0:
                kind, samples = "nothing", [0.0] * count
            case 1:
                kind, samples = "rounding", [random.choice([-1, 0, 0, 1]) / 32768 for _ in range(count)]
            case 2 | 3:
                kind, samples = "white", sounds.noise(count, "white", random)
            case 4 | 5:
                kind, samples = "pink", sounds.noise(count, "pink", random)
            case 6 | 7:
                kind, samples = "brown", sounds.noise(count, "brown", random)
            case 8:
                kind, samples = "hum", sounds.hum(count, rate, random.choice([50, 60]), random)
            case _:
                kind, samples = "clicks", sounds.clicks(count, rate, random)
        if i % 10 >= 2:
            samples = [sample * level for sample in samples]
        result.append(saved(f"{i:02}-{kind}", name, rate, samples, "", kind, output))
    return name, "silence", result


def saved(stem, name, rate, samples, text, speaker, output):
    sounds.write(output / name / f"{stem}.wav", rate, samples)
    return {"audio": f"{stem}.wav", "text": text, "speaker": speaker}


def write_manifest(path, entries):
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8")


def run(job):
    function, argument = job
    return function(argument)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--held-out-speaker", default="jackson")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    output, seed, left_out = options.output.resolve(), options.seed, options.held_out_speaker

    all_recordings = recordings(options.recordings.resolve(), output)
    held_back = [entry for index, entry in all_recordings if index in HELD_BACK]
    training = [entry for index, entry in all_recordings if index > HELD_BACK[-1]]
    of_left_out = [entry for _, entry in all_recordings if entry["speaker"] == left_out]
    if not of_left_out:
        parser.error(f"no recording is by {left_out}")

    names = ["strings-held-back", f"strings-{left_out}", "strings-unheard", "silence"]
    for name in ["synthetic", "higher", *names]:
        (output / name).mkdir(parents=True, exist_ok=True)
    evaluations = [
        (joined_strings, (names[0], held_back, output, seed)),
        (joined_strings, (names[1], of_left_out, output, seed)),
        (unheard_strings, (names[2], output, seed)),
        (silences, (names[3], output, seed)),
    ]
    with Pool() as pool:
        made = pool.map_async(run, evaluations, chunksize=1)
        synthetic = sum(pool.map(person, [(one, output, seed) for one in people(seed)], chunksize=4), [])
        raised = Random(f"raised {seed}").sample(training, len(training) // 2)
        raised = pool.map(higher, [(entry, output, seed) for entry in raised], chunksize=8)
        for name, file, entries in made.get():
            write_manifest(output / name / f"{file}.jsonl", entries)
            print(f"{name}: {len(entries)}")

    def others(entries):
        return [entry for entry in entries if entry["speaker"].removesuffix(HIGHER) != left_out]

    for name, entries in {
        "train": training + raised + synthetic,
        f"train-without-{left_out}": others(training + raised) + synthetic,
        "validation": held_back,
        f"validation-without-{left_out}": others(held_back),
    }.items():
        write_manifest(output / f"{name}.jsonl", entries)
        print(f"{name}: {len(entries)}")


if __name__ == "__main__":
    main()
