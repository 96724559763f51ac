"""Pieces of music that a generator of random numbers composes, as MIDI, and as fluidsynth plays them. sounds.py asks for them."""
import os
import shutil
import struct
import subprocess

import numpy as np

TICKS = 480
DRUMS = 9
# Chords as steps above a root, and the roots of four bars.
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
SCALE = (0, 2, 4, 7, 9)
# By kind: beats a minute, the lowest note, and the parts: program of General MIDI, pattern.
KINDS = {
    "piano": (96, 48, ((0, "arpeggio"), (0, "melody"))),
    "strings": (66, 43, ((48, "chords"), (42, "melody"))),
    "choir": (72, 48, ((52, "chords"), (53, "melody"))),
    "rock": (128, 40, ((30, "chords"), (33, "bass"), (29, "melody"), (None, "drums"))),
    "jazz": (144, 41, ((26, "chords"), (32, "bass"), (66, "melody"), (None, "drums"))),
    "dance": (124, 45, ((81, "melody"), (38, "bass"), (90, "chords"), (None, "drums"))),
}
SOUND_FONTS = [os.path.join("/usr/share/sounds/sf2", name) for name in ("FluidR3_GM.sf2", "TimGM6mb.sf2")]


def bar(pattern, root, chord, random):
    """Of a bar of four beats: beat, length in beats, note, velocity."""
    notes = [root + step for step in chord]
    if pattern == "chords":
        return [(0, 3.9, note + 12, 70) for note in notes]
    if pattern == "bass":
        return [(beat, 0.9, random.choice(notes) - 12, 90) for beat in range(4)]
    if pattern == "arpeggio":
        return [(beat / 2, 0.5, notes[beat % 3], 75) for beat in range(8)]
    if pattern == "melody":
        lengths = random.choice([0.5, 0.5, 1, 1.5], 8)
        starts = np.cumsum(lengths) - lengths
        return [(start, length, root + 24 + random.choice(SCALE), 85) for start, length in zip(starts, lengths) if start < 4]
    beats = [(beat, 0.2, 36 if beat % 2 == 0 else 38, 100) for beat in range(4)]
    return beats + [(beat / 2, 0.2, 42, 60) for beat in range(8)]


def quantity(value):
    """MIDI's numbers of variable length."""
    digits = [value & 127]
    while value := value >> 7:
        digits.insert(0, value & 127 | 128)
    return bytes(digits)


def track(channel, program, notes):
    events = [(0, bytes([0xC0 | channel, program or 0]))]
    for start, length, note, velocity in notes:
        events.append((round(start * TICKS), bytes([0x90 | channel, int(note), velocity])))
        events.append((round((start + length) * TICKS), bytes([0x80 | channel, int(note), 0])))
    data, last = b"", 0
    # Notes begin when others have ended and the program is chosen.
    for time, event in sorted(events, key=lambda event: (event[0], event[1][0] >> 4 == 9)):
        data += quantity(time - last) + event
        last = time
    return chunk(b"MTrk", data + b"\0\xff\x2f\0")


def chunk(name, data):
    return name + struct.pack(">I", len(data)) + data


def compose(kind, seconds, random):
    """The bytes of a MIDI file."""
    tempo, low, parts = KINDS[kind]
    root = low + int(random.integers(6))
    tracks = [chunk(b"MTrk", b"\0\xff\x51\3" + struct.pack(">I", round(60e6 / tempo))[1:] + b"\0\xff\x2f\0")]
    for channel, (program, pattern) in enumerate(parts):
        notes = [(4 * i + start, *note) for i in range(int(seconds * tempo / 240) + 1)
                 for start, *note in bar(pattern, root, CHORDS[i % 4], random)]
        tracks.append(track(DRUMS if program is None else channel, program, notes))
    return chunk(b"MThd", struct.pack(">3H", 1, len(tracks), TICKS)) + b"".join(tracks)


def play(midi, path, font):
    subprocess.run(["fluidsynth", "-ni", "-q", "-g", "0.6", "-r", "44100", "-F", path, font, midi], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pieces(out, seconds, seed):
    """A file for each kind and each of Debian's sound fonts that is there; none without fluidsynth."""
    fonts = [font for font in SOUND_FONTS if os.path.exists(font)] if shutil.which("fluidsynth") else []
    for font in fonts:
        for number, kind in enumerate(KINDS):
            name = f"{kind}, {os.path.basename(font).split('.')[0]}"
            path = os.path.join(out, name + ".wav")
            with open(path + ".mid", "wb") as file:
                file.write(compose(kind, seconds, np.random.default_rng([seed, number])))
            play(path + ".mid", path, font)
            yield path
