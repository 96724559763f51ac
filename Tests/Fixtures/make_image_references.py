"""Writes what Pillow and transformers make of pictures, for the tests of TesseraImage.

Run in Tests/Fixtures with Pillow, numpy, safetensors, torch and transformers installed:
    python3 make_image_references.py
"""
import glob, json, os, pathlib, warnings
import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save_file

warnings.simplefilter("ignore")


def rgb(path):
    """Pillow's RGB, save that 16-bit gray keeps its high byte, where Pillow clamps to white."""
    image = Image.open(path)
    if image.mode.startswith("I;16"):
        gray = (np.array(image).astype(np.uint32) >> 8).astype(np.uint8)
        return np.repeat(gray[..., None], 3, -1)
    return np.array(image.convert("RGB"))


def checksum(pixels):
    """FNV-1a, 64 bits, over the bytes."""
    value = 0xCBF29CE484222325
    for byte in np.ascontiguousarray(pixels).tobytes():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def png_pixels():
    names = [p for p in sorted(glob.glob("hostile/pngsuite/*.png")) if not os.path.basename(p).startswith("x")]
    names += sorted(glob.glob("hostile/png/ok_*.png"))
    names += ["hostile/png/" + n + ".png" for n in (
        "apng_actl_huge", "gama_zero", "iccp_garbage", "idat_too_long_rows", "palette_index_overflow",
        "trailing_data_zip_polyglot", "trns_longer_than_plte", "trns_on_rgba")]
    table = {}
    for name in names:
        pixels = rgb(name)
        table[name] = {"width": pixels.shape[1], "height": pixels.shape[0], "checksum": checksum(pixels)}
    json.dump(table, open("png-pixels.json", "w"), indent=1)


def resampling():
    table = {}  # "rgb0 32 32 bicubic": checksum
    filters = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"]
    for name in ("rgb0", "rgb3"):
        image = Image.open(f"image-processing/{name}.png").convert("RGB")
        w, h = image.size
        for width, height in [(32, 32), (17, 90), (w, 21), (33, h), (w, h), (1, 1), (2 * w + 1, 3 * h), (w - 1, h + 1), (w - 2, h // 3), (w + 9, h // 2)]:
            for resample in range(6):
                pixels = np.array(image.resize((width, height), resample))
                table[f"{name} {width} {height} {filters[resample]}"] = checksum(pixels)
    json.dump(table, open("resampling.json", "w"), indent=1)


def jpegs():
    folder = pathlib.Path("jpeg")
    folder.mkdir(exist_ok=True)
    y, x = np.mgrid[0:22, 0:37]
    picture = Image.fromarray(np.stack([x * 6, y * 11, 255 - x * 3 - y * 5], -1).astype(np.uint8))
    for orientation in range(1, 10):
        exif = Image.Exif()
        exif[0x010E] = "a description, so that the orientation is not the first entry"
        exif[0x0112] = orientation
        picture.save(folder / f"orientation{orientation}.jpg", quality=90, exif=exif)
    data = (folder / "orientation6.jpg").read_bytes()
    start = data.index(b"Exif\0\0") + 6
    tiff = bytearray(b"II*\0" + (8).to_bytes(4, "little") + (1).to_bytes(2, "little")
                     + (0x0112).to_bytes(2, "little") + (3).to_bytes(2, "little") + (1).to_bytes(4, "little")
                     + (8).to_bytes(4, "little") + bytes(4))
    length = int.from_bytes(data[start - 8:start - 6], "big")
    rest = data[start - 8 + length:]
    segment = b"Exif\0\0" + bytes(tiff)
    (folder / "little-endian8.jpg").write_bytes(
        data[:start - 8] + (len(segment) + 2).to_bytes(2, "big") + segment + rest)
    for subsampling, name in [(0, "444"), (1, "422"), (2, "420")]:
        picture.save(folder / f"progressive{name}.jpg", quality=70, progressive=True, subsampling=subsampling)
    picture.save(folder / "restarts.jpg", quality=80, restart_marker_rows=1)
    picture.convert("CMYK").save(folder / "cmyk-progressive.jpg", quality=90, progressive=True)
    reference = {p.stem: np.array(ImageOps.exif_transpose(Image.open(p)).convert("RGB")) for p in folder.glob("*.jpg")}
    save_file({k: np.ascontiguousarray(v) for k, v in reference.items()}, folder / "reference.safetensors")


def processors():
    from transformers.models.beit.image_processing_pil_beit import BeitImageProcessorPil
    from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
    from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil
    classes = {"ViT": ViTImageProcessorPil, "DeiT": DeiTImageProcessorPil, "Beit": BeitImageProcessorPil,
               "Bit": BitImageProcessorPil}
    cases = [  # name, class, picture, settings
        ("vit-number", "ViT", "rgb0", {"size": 24}),
        ("vit-pair", "ViT", "rgb0", {"size": [20, 28], "resample": 0}),
        ("vit-lanczos", "ViT", "rgb3", {"size": {"height": 21, "width": 30}, "resample": 1}),
        ("vit-shortest", "ViT", "rgb0", {"size": {"shortest_edge": 19}, "resample": 3}),
        ("vit-longest", "ViT", "rgb3", {"size": {"shortest_edge": 30, "longest_edge": 50}}),
        ("vit-within-longest", "ViT", "rgb0", {"size": {"shortest_edge": 20, "longest_edge": 50}}),
        ("vit-pad", "ViT", "rgb2", {"do_resize": False, "do_center_crop": True, "crop_size": {"height": 27, "width": 12}}),
        ("vit-pad-odd", "ViT", "rgb2", {"do_resize": False, "do_center_crop": True, "crop_size": 25}),
        ("vit-no-rescale", "ViT", "rgb2", {"do_resize": False, "do_rescale": False, "image_mean": [100, 120, 140.5], "image_std": [50, 60, 70]}),
        ("vit-no-normalize", "ViT", "rgb2", {"do_resize": False, "do_normalize": False}),
        ("vit-number-mean", "ViT", "rgb2", {"size": 16, "image_mean": 0.25, "image_std": 2}),
        ("vit-hamming", "ViT", "rgb3", {"size": 30, "resample": 5, "rescale_factor": 0.01}),
        ("deit-odd-crop", "DeiT", "rgb0", {"size": 33, "crop_size": {"height": 20, "width": 17}}),
        ("deit-no-crop", "DeiT", "rgb3", {"size": 33, "do_center_crop": False, "resample": 4}),
        ("beit-defaults", "Beit", "rgb2", {"size": 40, "crop_size": 30}),
        ("beit-crop", "Beit", "rgb2", {"size": 40, "crop_size": 30, "do_center_crop": True}),
        ("bit-number", "Bit", "rgb3", {"size": 30, "crop_size": 28}),
        ("bit-tall", "Bit", "rgb1", {"size": {"shortest_edge": 31}, "crop_size": {"height": 40, "width": 28}}),
        ("bit-exact", "Bit", "rgb0", {"size": {"height": 30, "width": 25}, "crop_size": 24}),
    ]
    folder = pathlib.Path("image-processors")
    folder.mkdir(exist_ok=True)
    reference = {}
    for name, kind, picture, settings in cases:
        image = Image.open(f"image-processing/{picture}.png").convert("RGB")
        values = classes[kind](**settings)(image, return_tensors="np")["pixel_values"]
        reference[name] = np.ascontiguousarray(values.astype(np.float32))
        settings = {"image_processor_type": kind + "ImageProcessor", **settings}
        json.dump(settings, open(folder / f"{name}.{picture}.json", "w"))
    save_file(reference, folder / "reference.safetensors")


if __name__ == "__main__":
    png_pixels()
    resampling()
    jpegs()
    processors()
