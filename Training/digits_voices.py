"""Synthetic voices that speak digits: espeak-ng, flite and festival, each called as a command. For make_digits_data.py.

    apt-get install espeak-ng flite festival festvox-kallpc16k festvox-kdlpc16k
"""

import subprocess
import tempfile
from pathlib import Path

import digits_sounds as sounds

RATE = 16_000

ACCENTS = ["en", "en-us", "en-us-nyc", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029"]
UNHEARD_ACCENT = "en-gb-scotland"
# Those that sound like people: no robots, no whisper, one croak; nor those of which a recogniser of six people's digits
# understood fewer than a quarter (zac, Alicia).
VARIANTS = """m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f5 adam Alex Andrea Andy Annie antonio aunty belinda benjamin boris caleb
david Denis Diogo ed edward Gene Gene2 grandma grandpa Gustave Henrique Hugo iven iven2 iven3 iven4 Jacky john Lee linda
marcelo Marco Mario max Michael miguel Mike norbert pablo paul pedro quincy rob robert sandro shelby steph steph2 Storm
travis victor klatt2 klatt3 klatt4 anika Nguyen croak""".split()
UNHEARD_VARIANTS = ["f4", "michel", "edward2", "steph3", "klatt5"]

FLITE = ["kal", "kal16", "awb"]
UNHEARD_FLITE = ["slt", "rms"]
FESTIVAL = ["kal_diphone", "ked_diphone"]

# A word alone sounds as the end of a sentence, as a part of a list, as a question.
ENDINGS = [".", ".", ",", ",", "?", "!"]


def espeak(voice, random):
    """A way to speak by espeak-ng: a person's usual pitch and speed, a little different each time."""
    pitch, speed = random.uniform(25, 75), random.uniform(115, 205)

    def speak(text, path):
        subprocess.run(
            ["espeak-ng", "-v", voice, "-w", path]
            + ["-p", str(round(min(80, max(20, pitch + random.uniform(-6, 6)))))]
            + ["-s", str(round(min(220, max(110, speed * random.uniform(0.9, 1.1)))))]
            + ["-g", str(random.randrange(8)), text + random.choice(ENDINGS)],
            check=True,
        )

    return speak


def flite(voice, random):
    pitch = {"kal": 105, "kal16": 105, "awb": 130, "rms": 105, "slt": 170}[voice] * random.uniform(0.85, 1.25)

    def speak(text, path):
        subprocess.run(
            ["flite", "-voice", voice, "--setf", f"int_f0_target_mean={pitch * random.uniform(0.95, 1.05):.1f}"]
            + ["--setf", f"duration_stretch={random.uniform(0.75, 1.3):.3f}"]
            + ["-t", text + random.choice(ENDINGS), "-o", path],
            check=True,
        )

    return speak


def festival(voice, random):
    pitch = random.uniform(85, 170)

    def speak(text, path):
        commands = [
            f"(voice_{voice})",
            f"(Parameter.set 'Duration_Stretch {random.uniform(0.75, 1.3):.3f})",
            f"(set! int_lr_params '((target_f0_mean {pitch * random.uniform(0.95, 1.05):.1f}) (target_f0_std 14)"
            " (model_f0_mean 170) (model_f0_std 34)))",
            f'(utt.save.wave (utt.synth (Utterance Text "{text}{random.choice(ENDINGS)}")) "{path}" \'riff)',
        ]
        subprocess.run(["festival", "-b", *commands], check=True)

    return speak


ENGINES = {"espeak": espeak, "flite": flite, "festival": festival}


def spoken(engine, voice, random, texts):
    """The texts in one person's voice, 16 kHz, without the silence around them."""
    speak = ENGINES[engine](voice, random)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "spoken.wav")
        for text in texts:
            speak(text, path)
            rate, samples = sounds.read(path)
            if sounds.peak(samples) < 0.01:
                raise SystemExit(f"{engine} says nothing for '{text}' with the voice {voice}")
            samples = sounds.trimmed(samples, rate)
            yield samples if rate == RATE else sounds.resampled(samples, rate / RATE)
