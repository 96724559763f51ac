"""Writes a short tone in every format that libsndfile encodes, for the tests of TesseraAudio.

Run in Tests/Fixtures with numpy and soundfile installed:
    python3 make_audio_fixtures.py
"""
import numpy as np
import soundfile

FOLDER = "audio"


def tone(rate, channels=1, seconds=0.5):
    """440 Hz at half of full scale; each further channel at half of the one before it."""
    sine = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)
    return np.stack([sine * 0.5**channel for channel in range(channels)], 1)


for name, rate, channels, subtype in [
    ("mono-16000.flac", 16000, 1, "PCM_16"),
    ("mono-44100.flac", 44100, 1, "PCM_16"),
    ("mono-16000-24bit.flac", 16000, 1, "PCM_24"),
    ("stereo-16000.flac", 16000, 2, "PCM_16"),
    ("stereo-44100.mp3", 44100, 2, "MPEG_LAYER_III"),
    ("mono-16000.mp3", 16000, 1, "MPEG_LAYER_III"),
    ("stereo-44100.ogg", 44100, 2, "VORBIS"),
    ("mono-48000.opus", 48000, 1, "OPUS"),
    ("mono-22050.aiff", 22050, 1, "PCM_16"),
    ("mono-22050.au", 22050, 1, "PCM_16"),
    ("mono-22050.caf", 22050, 1, "PCM_16"),
    ("mono-22050.w64", 22050, 1, "PCM_16"),
    ("adpcm-22050.wav", 22050, 1, "IMA_ADPCM"),
    ("alaw-8000.wav", 8000, 1, "ALAW"),
]:
    container = "OGG" if name.endswith(".opus") else None
    soundfile.write(f"{FOLDER}/{name}", tone(rate, channels), rate, subtype=subtype, format=container)
