"""Music that nobody sings: pieces made up as MIDI and played by fluidsynth. For make_detector_data.py.

    apt-get install fluidsynth fluid-soundfont-gm timgm6mb-soundfont musescore-general-soundfont-small opl3-soundfont
"""

import struct
import subprocess
import tempfile
from pathlib import Path

SCALES = {"major": [0, 2, 4, 5, 7, 9, 11], "minor": [0, 2, 3, 5, 7, 8, 10], "pentatonic": [0, 2, 4, 7, 9]}
TICKS = 480  # of a quarter note
PERCUSSION = 9  # the channel of General MIDI whose notes are drums
# Of General MIDI's programs: choirs and voices that sing "ah" are music here, as much as flutes are.
LEADS = list(range(0, 32)) + list(range(40, 120))
SOUNDS = list(range(120, 128))  # breath, seashore, birds, telephone, helicopter, applause, gunshot


def variable(number):
    """MIDI's variable-length quantity."""
    result = [number & 0x7F]
    while number := number >> 7:
        result.insert(0, 0x80 | number & 0x7F)
    return bytes(result)


def midi(events, tempo):
    """A file of one track; events are (tick, bytes)."""
    track = b"\0\xff\x51\3" + round(60e6 / tempo).to_bytes(3, "big")
    now = 0
    for tick, message in sorted(events, key=lambda event: event[0]):
        track += variable(tick - now) + message
        now = tick
    track += b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track


def note(events, channel, pitch, start, length, loudness):
    if 0 <= pitch < 128:
        events.append((int(start), bytes([0x90 | channel, pitch, loudness])))
        events.append((int(start + length), bytes([0x80 | channel, pitch, 0])))


def piece(random, seconds):
    """A style, key, tempo and some instruments, as they come."""
    tempo, root = random.uniform(55, 170), random.randint(40, 60)
    scale = SCALES[random.choice(sorted(SCALES))]
    ticks = int(seconds * tempo / 60 * TICKS)
    events, parts = [], random.sample(["chords", "arpeggio", "melody", "bass", "drums", "pad"], random.randint(1, 5))
    if random.random() < 0.15:
        parts = ["sounds"]

    def pitch(degree):
        octave, place = divmod(degree, len(scale))
        return root + 12 * octave + scale[place]

    bars = [random.choice([0, 3, 4, 5, 2, 1]) for _ in range(4)]
    for channel, part in enumerate(parts):
        channel = PERCUSSION if part == "drums" else channel
        program = random.choice(SOUNDS if part == "sounds" else LEADS)
        events.append((0, bytes([0xC0 | channel, program])))
        loudness = random.randint(60, 110)
        tick, degree = 0, random.randint(0, 14)
        step = random.choice([TICKS // 4, TICKS // 2, TICKS // 2, TICKS])
        while tick < ticks:
            chord = bars[tick // (4 * TICKS) % 4]
            match part:
                case "chords" | "pad":
                    length = 4 * TICKS if part == "pad" else random.choice([TICKS, 2 * TICKS, TICKS // 2])
                    for third in (0, 2, 4):
                        note(events, channel, pitch(chord + third), tick, length * 0.95, loudness - 10)
                case "arpeggio":
                    length = step
                    note(events, channel, pitch(chord + random.choice([0, 2, 4, 7, 9])), tick, length, loudness)
                case "bass":
                    length = random.choice([TICKS, TICKS // 2])
                    note(events, channel, pitch(chord) - 12, tick, length * 0.9, loudness + 10)
                case "drums":
                    length = step
                    for drum, chance in ((36, 0.4), (38, 0.3), (42, 0.7), (random.randint(35, 81), 0.2)):
                        if random.random() < chance:
                            note(events, channel, drum, tick, TICKS // 8, random.randint(50, 110))
                case "sounds":
                    length = random.choice([1, 2, 4, 8]) * TICKS
                    note(events, channel, random.randint(40, 80), tick, length * random.uniform(0.3, 1), loudness)
                case _:
                    length = random.choice([1, 1, 2, 2, 3, 4, 8]) * TICKS // 4
                    degree = max(0, min(16, degree + random.choice([-2, -1, -1, 0, 1, 1, 2, random.randint(-5, 5)])))
                    if random.random() < 0.85:
                        note(events, channel, pitch(degree) + 12, tick, length * random.uniform(0.5, 1), loudness)
                    # A vibrato or a slide, as singers and violins have them.
                    if random.random() < 0.3:
                        for i in range(0, length, 30):
                            bend = 8192 + round(random.uniform(-1500, 1500))
                            events.append((tick + i, bytes([0xE0 | channel, bend & 0x7F, bend >> 7])))
            tick += length
    return midi(events, tempo)


def played(random, seconds, soundfont, path):
    """Writes a piece to `path`, 16 kHz."""
    with tempfile.TemporaryDirectory() as folder:
        score = Path(folder) / "piece.mid"
        score.write_bytes(piece(random, seconds))
        subprocess.run(
            ["fluidsynth", "-q", "-n", "-i", "-F", path, "-r", "16000", "-g", "0.5", "-T", "wav", "-O", "s16"]
            + [soundfont, score],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
