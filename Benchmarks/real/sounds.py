"""Sounds without a word: silence, noises, hum, machines, music. real.py counts what is written of them."""
import os

import numpy as np

import music
from recordings import RATE, read, write


def shaped(random, count, power):
    """Noise whose power falls with this power of the frequency, loudest at 1."""
    spectrum = np.fft.rfft(random.normal(size=count))
    spectrum *= np.maximum(np.arange(len(spectrum)), 1) ** (-power / 2)
    values = np.fft.irfft(spectrum, count)
    return values / np.abs(values).max()


def hum(time, random):
    return sum(np.sin(2 * np.pi * 50 * k * time + random.uniform(0, 6)) / k for k in range(1, 9)) / 4


def fan(time, random):
    """Air past five blades."""
    return shaped(random, len(time), 1) * (1 + 0.5 * np.sin(2 * np.pi * 5 * 23 * time)) / 2


def engine(time, random):
    """Explosions that become faster and slower."""
    phase = np.cumsum(35 + 20 * np.sin(2 * np.pi * time / 12)) / RATE
    return np.exp(-6 * (phase % 1)) * (np.sin(12 * np.pi * (phase % 1)) + 0.3 * random.normal(size=len(time))) / 2


def clatter(time, random):
    """Blows on metal, some eight a second."""
    blow = np.exp(-time[:RATE // 8] * 60) * sum(np.sin(2 * np.pi * f * time[:RATE // 8]) for f in (910, 2330, 3710)) / 3
    values = np.zeros(len(time) + len(blow))
    for start in random.integers(0, len(time), int(8 * len(time) / RATE)):
        values[start:start + len(blow)] += random.uniform(0.2, 0.6) * blow
    return values[:len(time)]


def alarm(time, random):
    """Beeps of two pitches."""
    return 0.5 * np.sin(2 * np.pi * np.where(time % 2 < 1, 950, 1250) * time) * (time % 0.5 < 0.25)


MADE = {
    "silence": lambda time, random: np.zeros(len(time)),
    "white noise": lambda time, random: 0.5 * shaped(random, len(time), 0),
    "pink noise": lambda time, random: 0.5 * shaped(random, len(time), 1),
    "hum": hum, "fan": fan, "engine": engine, "clatter": clatter, "alarm": alarm,
}


def make(out, seconds, seed):
    """A file for each, named for what is heard."""
    time = np.arange(int(seconds * RATE)) / RATE
    for number, (name, sound) in enumerate(MADE.items()):
        yield write(os.path.join(out, name + ".wav"), sound(time, np.random.default_rng([seed, number])))
    for path in music.pieces(out, seconds, seed):
        yield write(path, read(path)[:len(time)])
