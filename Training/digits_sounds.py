"""Sounds as lists of numbers from -1 to 1: WAV files, resampling, trimming, noise. For make_digits_data.py."""

import array
import math
import sys
import wave
from operator import mul

PHASES = 64  # positions between two samples that the resampler tells apart
ZERO_CROSSINGS = 12  # of the resampler's windowed sinc, to either side


def read(path):
    """(sample rate, samples) of a 16-bit mono WAV file."""
    with wave.open(str(path)) as file:
        if file.getnchannels() != 1 or file.getsampwidth() != 2:
            raise SystemExit(f"{path}: a 16-bit mono WAV file is wanted")
        samples = array.array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        return file.getframerate(), [sample / 32768 for sample in samples]


def write(path, rate, samples):
    """Writes 16-bit mono; what is too loud is made softer as a whole, not cut."""
    factor = 32767 * min(1, 0.99 / max(peak(samples), 1e-9))
    whole = array.array("h", [round(sample * factor) for sample in samples])
    if sys.byteorder == "big":
        whole.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())


def peak(samples):
    return max(map(abs, samples), default=0)


def power(samples):
    return sum(map(mul, samples, samples)) / max(len(samples), 1)


def resampled(samples, step):
    """Reads the samples `step` apart (Smith's windowed sinc, Hann): 22,050 / 16,000 changes the rate, 1.1 the speed."""
    cutoff = 0.97 / max(step, 1)
    reach = math.ceil(ZERO_CROSSINGS / cutoff)

    def tap(x):
        angle = math.pi * x * cutoff
        sinc = math.sin(angle) / angle if abs(angle) > 1e-9 else 1
        return cutoff * sinc * (0.5 + 0.5 * math.cos(math.pi * x / (reach + 1)))

    tables = [[tap(i - reach - phase / PHASES) for i in range(2 * reach + 2)] for phase in range(PHASES)]
    padded = [0.0] * reach + samples + [0.0] * (reach + 2)
    result = []
    for i in range(int(len(samples) / step)):
        position, phase = divmod(round(i * step * PHASES), PHASES)
        result.append(sum(map(mul, tables[phase], padded[position : position + 2 * reach + 2])))
    return result


def stretched(samples, rate, factor):
    """`factor` times as long at the same pitch: overlapping pieces of the samples, each taken where it continues the
    one before best (Verhelst and Roelands, 1993, WSOLA)."""
    hop, search = round(0.012 * rate), round(0.007 * rate)
    window = [0.5 - 0.5 * math.cos(math.pi * (i + 0.5) / hop) for i in range(2 * hop)]
    padded = [0.0] * search + samples + [0.0] * (2 * hop + 2 * search)
    result, position = [0.0] * (round(len(samples) * factor) + 3 * hop), search
    for start in range(0, round(len(samples) * factor), hop):
        ideal = search + round(start / factor)
        if start > 0:
            follows = padded[position + hop : position + 2 * hop]
            position = max(
                range(ideal - search, ideal + search + 1), key=lambda i: sum(map(mul, padded[i : i + hop], follows))
            )
        for i, sample in enumerate(map(mul, padded[position : position + 2 * hop], window)):
            result[start + i] += sample
    return result[: round(len(samples) * factor)]


def trimmed(samples, rate, margin=0.02, below=0.01):
    """Without what comes before the first and after the last sample louder than `below` (-40 dB) of the loudest;
    `margin` seconds of it stay."""
    limit = peak(samples) * below
    loud = [i for i, sample in enumerate(samples) if abs(sample) > limit]
    if not loud:
        return samples
    keep = round(margin * rate)
    return samples[max(loud[0] - keep, 0) : loud[-1] + keep + 1]


def noise(count, colour, random):
    """Noise of power 1: white has the same power in every hertz, pink in every octave; brown falls by 6 dB an octave."""
    white = [random.gauss(0, 1) for _ in range(count)]
    if colour == "white":
        result = white
    elif colour == "brown":
        result, value = [], 0.0
        for sample in white:
            value = 0.995 * value + sample
            result.append(value)
    else:
        # Pink: a sum of slow and quick leaky integrators (Kellet's economy filter).
        result, a, b, c = [], 0.0, 0.0, 0.0
        for sample in white:
            a = 0.99765 * a + 0.0990460 * sample
            b = 0.96300 * b + 0.2965164 * sample
            c = 0.57000 * c + 1.0526913 * sample
            result.append(a + b + c + 0.1848 * sample)
    scale = 1 / math.sqrt(max(power(result), 1e-12))
    return [sample * scale for sample in result]


def with_noise(samples, decibels, colour, random):
    """Noise all over, `decibels` below the power of the samples."""
    scale = math.sqrt(power(samples) / 10 ** (decibels / 10))
    return [sample + scale * other for sample, other in zip(samples, noise(len(samples), colour, random))]


def hum(count, rate, frequency, random):
    """The mains: `frequency` hertz and some harmonics, power about 1."""
    partials = [(k, random.random() / k, random.random() * math.tau) for k in range(1, 8)]
    scale = math.sqrt(2 / sum(level * level for _, level, _ in partials))
    step = math.tau * frequency / rate
    return [scale * sum(level * math.sin(k * step * i + start) for k, level, start in partials) for i in range(count)]


def clicks(count, rate, random):
    """Short decaying knocks, a few a second."""
    result = [0.0] * count
    for _ in range(max(1, round(count / rate * random.uniform(1, 6)))):
        start, decay, level = random.randrange(count), random.uniform(0.5, 4) * rate / 1000, random.uniform(0.1, 0.8)
        for i in range(start, min(count, start + int(decay * 6))):
            result[i] += level * math.exp((start - i) / decay) * random.uniform(-1, 1)
    return result
