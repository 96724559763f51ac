"""Random boxes and what COCO's own evaluation makes of them: average-precision.json.

usage: make_average_precision.py OUT.json [--seed N]          (needs numpy, pycocotools)
"""
import argparse, contextlib, io, json

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=11)
options = arguments.parse_args()
random = numpy.random.default_rng(options.seed)


def boxes(count, labels, near=None):
    """Boxes anywhere, or near those of `near`."""
    result = []
    for index in range(count):
        if near and random.random() < 0.8:
            base = near[random.integers(len(near))]
            box = [value + random.normal() * 6 for value in base["box"]]
            label = base["label"] if random.random() < 0.9 else int(random.integers(labels))
        else:
            box, label = random.uniform(5, 120, 4), int(random.integers(labels))
        box = [round(float(max(value, 1)), 2) for value in box]
        result.append({"label": label, "box": box})
    return result


def measured(pictures, labels):
    images = [{"id": index} for index in range(len(pictures))]
    annotations, found = [], []
    for index, picture in enumerate(pictures):
        for item in picture["objects"]:
            annotations.append({"id": len(annotations) + 1, "image_id": index, "category_id": item["label"], "bbox": item["box"],
                                "area": item["box"][2] * item["box"][3], "iscrowd": 0})
        for item in picture["found"]:
            found.append({"image_id": index, "category_id": item["label"], "bbox": item["box"], "score": item["score"]})
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {"images": images, "annotations": annotations, "categories": [{"id": label} for label in range(labels)]}
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(found), "bbox")
        evaluation.evaluate(), evaluation.accumulate(), evaluation.summarize()
    return evaluation.stats[0], evaluation.stats[1]


cases = []
for labels, count in ((1, 3), (2, 6), (3, 10), (4, 5), (3, 20)):
    pictures = []
    for _ in range(count):
        objects = boxes(int(random.integers(1, 6)), labels)
        found = boxes(int(random.integers(1, 12)), labels, objects)
        for item in found: item["score"] = round(float(random.random()), 4)
        pictures.append({"objects": objects, "found": found})
    mean, half = measured(pictures, labels)
    cases.append({"mean": float(mean), "at_half": float(half), "pictures": pictures})
json.dump({"cases": cases}, open(options.out, "w"))
