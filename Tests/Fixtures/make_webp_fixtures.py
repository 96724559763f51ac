"""WebP pictures and what Pillow makes of them, for the tests of TesseraImage.

usage: make_webp_fixtures.py OUT_DIR [--seed N]          (needs Pillow, numpy)
Writes OUT_DIR/webp: pictures of all kinds, and pixels.json with their sizes and the checksums of Pillow's RGB.
"""
import argparse, json, os

import numpy as np
from PIL import Image, ImageOps

from make_image_references import checksum

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=5)
options = arguments.parse_args()
random = np.random.default_rng(options.seed)
folder = os.path.join(options.out, "webp")
os.makedirs(folder, exist_ok=True)


def picture(width, height, channels=3):
    """A smooth picture with some noise, so that lossy and lossless coding both have something to do."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(np.sin(x / (3 + c)) + np.cos(y / (4 + c)) + 2) * 60 + random.integers(0, 20, (height, width)) for c in range(channels)]
    return Image.fromarray(np.stack(planes, -1).astype(np.uint8))


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


picture(33, 21).save(f"{folder}/lossy.webp", quality=60)
picture(34, 20).save(f"{folder}/lossless.webp", lossless=True)
picture(29, 31, 4).save(f"{folder}/lossy-alpha.webp", quality=70)
picture(17, 40, 4).save(f"{folder}/lossless-alpha.webp", lossless=True, exact=True)
picture(1, 1).save(f"{folder}/one-pixel.webp")
picture(300, 2).save(f"{folder}/wide.webp", quality=90)
for orientation in (3, 6, 8): picture(20, 12).save(f"{folder}/orientation{orientation}.webp", exif=exif(orientation), quality=80)
frames = [picture(24, 18, 4) for _ in range(3)]
frames[0].save(f"{folder}/animated.webp", save_all=True, append_images=frames[1:], duration=100, lossless=True)
frames[0].convert("RGB").save(f"{folder}/animated-lossy.webp", save_all=True, append_images=[f.convert("RGB") for f in frames[1:]], quality=60)

table = {}
for name in sorted(os.listdir(folder)):
    if not name.endswith(".webp"): continue
    with Image.open(f"{folder}/{name}") as image: pixels = np.array(ImageOps.exif_transpose(image).convert("RGB"))
    table[name] = {"width": pixels.shape[1], "height": pixels.shape[0], "checksum": checksum(pixels)}
json.dump(table, open(f"{folder}/pixels.json", "w"), indent=1)
