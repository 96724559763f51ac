"""People who speak, for make_detector_data.py: espeak-ng in its languages, flite and festival, each called as a command, and
recordings. A passage is (samples at 16 kHz, whether each hundredth of a second is speech).

    apt-get install espeak-ng flite festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts festvox-italp16k \\
      festvox-itapc16k festvox-ca-ona-hts festvox-czech-dita festvox-czech-krb festvox-czech-machac festvox-ru \\
      festvox-suopuhe-lj festvox-suopuhe-mv festvox-hi-nsk festvox-te-nsk
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

RATE = 16_000
FRAME = RATE // 100
LONGEST_PAUSE = 0.2  # seconds within speech that still count as speech

VARIANTS = """m1 m2 m3 m4 m5 m6 m7 f1 f2 f3 f5 adam Alex Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Denis
Diogo ed edward Gene grandma grandpa Henrique Hugo iven iven2 iven3 Jacky john Lee linda marcelo Marco Mario max Michael miguel
Mike norbert pablo paul pedro quincy rob robert sandro shelby steph steph2 Storm travis victor klatt2 klatt3 klatt4 anika Nguyen
croak""".split()
FLITE = ["kal", "kal16", "awb", "rms"]
FESTIVAL = """kal_diphone ked_diphone upc_ca_ona_hts czech_krb czech_machac pc_diphone hy_fi_mv_diphone hindi_NSK_diphone
cmu_us_slt_arctic_hts""".split()
# Those that no training hears, to measure with.
UNHEARD_LANGUAGES = ["es", "pl", "tr", "sv", "en-gb-scotland", "ro"]
UNHEARD_VARIANTS = ["f4", "m8", "michel", "edward2", "steph3", "klatt5"]
UNHEARD_FLITE = ["slt"]
UNHEARD_FESTIVAL = ["lp_diphone", "czech_dita", "suo_fi_lj_diphone", "msu_ru_nsh_clunits"]


def languages():
    lines = subprocess.run(["espeak-ng", "--voices"], check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.split()[1] for line in lines[1:]]


def espeak(voice, text, path, random):
    subprocess.run(
        ["espeak-ng", "-v", voice, "-w", path, "-p", str(random.integers(20, 80)), "-s", str(random.integers(110, 220))]
        + ["-g", str(random.integers(0, 10)), text],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def flite(voice, text, path, random):
    pitch = {"kal": 105, "kal16": 105, "awb": 130, "rms": 105, "slt": 170}[voice] * random.uniform(0.8, 1.3)
    subprocess.run(
        ["flite", "-voice", voice, "--setf", f"int_f0_target_mean={pitch:.1f}"]
        + ["--setf", f"duration_stretch={random.uniform(0.75, 1.3):.3f}", "-t", text, "-o", path],
        check=True,
    )


def festival(voice, text, path, random):
    plain = "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter in " .,"))
    subprocess.run(
        ["festival", "-b", f"(voice_{voice})", f'(utt.save.wave (utt.synth (Utterance Text "{plain}")) "{path}" \'riff)'],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


ENGINES = {"espeak": espeak, "flite": flite, "festival": festival}


def read(path):
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    samples = samples.mean(axis=1)
    return samples if rate == RATE else signal.resample_poly(samples, RATE, rate).astype(np.float32)


def spoken(engine, voice, text, random):
    """A passage in that voice, or None where it has no sounds for the text."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "spoken.wav")
        try:
            ENGINES[engine](voice, text, path, random)
            samples = read(path)
        except (subprocess.CalledProcessError, RuntimeError):
            return None
    return samples if len(samples) > RATE and np.max(np.abs(samples)) > 0.01 else None


def speech_of(samples):
    """Whether each hundredth of a second of a recording without noise is speech: what is no more than 38 dB below its loudest
    frames and stands out from the quietest, and pauses of a fifth of a second between."""
    count = len(samples) // FRAME
    loudness = 10 * np.log10(np.mean(samples[: count * FRAME].reshape(count, FRAME) ** 2, axis=1) + 1e-10)
    loudness = np.convolve(np.pad(loudness, 1, "edge"), np.ones(3) / 3, "valid")
    limit = max(np.percentile(loudness, 95) - 38, min(np.percentile(loudness, 5) + 9, np.percentile(loudness, 60)))
    return closed(loudness > limit)


def closed(speech):
    """With pauses that are too short to count made speech, and specks of less than three frames left out."""
    speech = speech.copy()
    for value, longest in ((False, 2), (True, int(LONGEST_PAUSE * 100))):
        # First specks of speech, then pauses.
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (speech ^ value).astype(int), [0]])))
        for start, end in zip(edges[::2], edges[1::2]):
            if end - start <= longest and (not value or 0 < start and end < len(speech)):
                speech[start:end] = value
    return speech
