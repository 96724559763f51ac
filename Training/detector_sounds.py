"""Sounds that are neither speech nor music, and what rooms and telephones do to sounds, as NumPy arrays at 16 kHz from -1 to 1.
For make_detector_data.py."""

import numpy as np
from scipy import signal

RATE = 16_000


def power(samples):
    return float(np.mean(np.square(samples))) + 1e-12


def scaled(samples, decibels):
    """With this power, in decibels below full scale."""
    return samples * np.sqrt(10 ** (decibels / 10) / power(samples))


def coloured(count, slope, random):
    """Noise whose power falls by `slope` decibels an octave: 0 is white, 3 pink, 6 brown, -3 blue."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20)
    return np.fft.irfft(spectrum * frequency ** (-slope / 6.02), count)


def band(samples, low, high):
    return signal.sosfilt(signal.butter(3, [max(low, 20), min(high, 7900)], "band", fs=RATE, output="sos"), samples)


def slow(count, rate, random):
    """A random curve from 0 to 1 that changes some `rate` times a second."""
    points = random.random(int(count / RATE * rate) + 3)
    return np.interp(np.arange(count) * rate / RATE, np.arange(len(points)), points)


def steady(count, random):
    """Fans, rain, hiss: noise of some colour, often of a band only."""
    result = coloured(count, random.uniform(-3, 8), random)
    if random.random() < 0.4:
        low = random.uniform(50, 3000)
        result = band(result, low, low * random.uniform(1.5, 8))
    return result


def changing(count, random):
    """Wind, surf, traffic, applause: noise whose loudness comes and goes, also as often as syllables do."""
    envelope = slow(count, random.choice([0.3, 1, 3, 6, 10]), random) ** random.uniform(1, 4)
    return steady(count, random) * (envelope + random.uniform(0, 0.2))


def hum(count, random):
    """The mains, transformers."""
    time, base = np.arange(count) / RATE, random.choice([50, 60, 100, 120])
    partials = range(1, int(random.integers(3, 20)))
    return sum(np.sin(2 * np.pi * base * k * time + random.random() * 7) * random.random() / k for k in partials)


def engine(count, random):
    """Motors, saws, printers: pulses whose rate wanders, in a resonance or two."""
    rate = random.uniform(10, 300) * (1 + random.uniform(0, 0.6) * slow(count, random.uniform(0.2, 2), random))
    phase = np.cumsum(rate / RATE)
    pulses = np.diff(np.floor(phase), prepend=0) + 0.05 * random.standard_normal(count)
    for _ in range(random.integers(1, 4)):
        centre = random.uniform(100, 3000)
        pulses = pulses + 3 * band(pulses, centre * 0.8, centre * 1.2)
    return pulses


def knocks(count, random):
    """Keyboards, footsteps, doors, clocks, cutlery: decaying bursts and rings, regular or not."""
    result, regular = np.zeros(count), random.random() < 0.4
    gap, position = random.uniform(0.08, 1.5) * RATE, random.uniform(0, 0.5) * RATE
    ring, decay = random.uniform(200, 6000), random.uniform(0.002, 0.15) * RATE
    while position < count:
        length = min(int(6 * decay) + 8, count - int(position))
        time = np.arange(length)
        burst = random.standard_normal(length) + random.uniform(0, 3) * np.sin(2 * np.pi * ring * time / RATE)
        result[int(position) : int(position) + length] += burst * np.exp(-time / decay) * random.uniform(0.2, 1)
        position += gap if regular else gap * random.exponential(1)
    return result


def tones(count, random):
    """Beeps, dialling, alarms, sirens, whistles, birds: one or two tones that step, slide or stop."""
    rate = random.choice([0.5, 2, 4, 8])
    frequency = random.uniform(200, 3500) * 2 ** (random.uniform(0, 2) * (slow(count, rate, random) - 0.5))
    if random.random() < 0.5:  # in steps
        width = int(random.uniform(0.05, 0.6) * RATE)
        frequency = np.repeat(frequency[::width], width)[:count]
    phase = 2 * np.pi * np.cumsum(frequency) / RATE
    result = np.sin(phase) + random.random() * np.sin(phase * random.choice([1.5, 2, 1.26, 3]))
    if random.random() < 0.7:
        width = int(random.uniform(0.04, 0.8) * RATE)
        gate = np.repeat(random.random(count // width + 1) < random.uniform(0.3, 0.9), width)[:count]
        result = result * signal.lfilter([0.02], [1, -0.98], gate.astype(float))
    return result


def alarms(count, random):
    """Alarm clocks, sirens, telephones, lorries that reverse: beeps of one length and pace in a pattern of pitches that repeats."""
    pitches = random.uniform(250, 3500) * 2 ** random.uniform(-0.7, 0.7, random.integers(1, 4))
    pattern = np.repeat(random.choice(pitches, random.integers(1, 5)), random.integers(1, 5))
    pattern[1:] *= random.random(len(pattern) - 1) < random.uniform(0.5, 1.5)  # pauses within
    place = np.arange(count) / RATE / random.uniform(0.04, 1)
    frequency = pattern[place.astype(int) % len(pattern)]
    if random.random() < 0.3:  # sliding
        frequency = frequency * 2 ** (random.uniform(-1, 1) * (place % 1))
    phase = 2 * np.pi * np.cumsum(frequency) / RATE
    result = sum(np.sin(phase * k) * random.random() ** 2 for k in range(2, 6)) * random.choice([0, 1, 2]) + np.sin(phase)
    if random.random() < 0.3:  # trilling
        result = result * (np.sin(2 * np.pi * np.arange(count) / RATE * random.uniform(10, 40)) > 0)
    gate = (frequency > 0) & (place % 1 < random.uniform(0.3, 1.2))
    softness = random.choice([0.5, 0.95, 0.99, 0.999])
    return result * signal.lfilter([1 - softness], [1, -softness], gate.astype(float))


KINDS = [steady, steady, changing, changing, hum, engine, engine, knocks, knocks, tones, tones, alarms]


def noise(count, random):
    """One kind of sound, or two."""
    result = scaled(random.choice(KINDS)(count, random), -20)
    if random.random() < 0.3:
        result = result + scaled(random.choice(KINDS)(count, random), random.uniform(-35, -20))
    return result


def in_room(samples, random):
    """With the echoes of a room: noise that dies away, behind the direct sound."""
    time = random.uniform(0.08, 0.7)
    count = int(time * RATE)
    response = random.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count) * random.uniform(0.05, 0.3)
    response[: int(random.uniform(0.001, 0.02) * RATE)] = 0
    response[0] = 1
    return signal.fftconvolve(samples, response)[: len(samples)]


def through_channel(samples, random):
    """As microphones, telephones and recorders hand it on: tilted, band-limited, overdriven, in few bits."""
    match random.integers(0, 10):
        case 0 | 1:
            samples = band(samples, random.uniform(150, 400), random.uniform(2800, 3800))
        case 2:
            samples = band(samples, 60, random.uniform(4000, 7000))
        case 3 | 4:
            samples = samples + random.uniform(-0.9, 3) * band(samples, 1000, 7000)
        case 5:
            peak = np.max(np.abs(samples)) + 1e-9
            samples = np.clip(samples, -peak * 0.4, peak * 0.4)
        case 6:
            peak = np.max(np.abs(samples)) + 1e-9
            curve = np.sign(samples) * np.log1p(255 * np.abs(samples) / peak) / np.log(256)
            curve = np.round(curve * 127) / 127
            samples = np.sign(curve) * (256 ** np.abs(curve) - 1) / 255 * peak
    return samples
