#!/usr/bin/env python3
"""Compares classify-image with transformers on real pictures: the same labels, the same logits, the same accuracy.

    python3 Benchmarks/compare_cifar10.py MODEL PICTURES [--count 100] [--command .build/release/classify-image]

MODEL is a folder in the hub's layout, such as Models/vit-cifar10; PICTURES holds a folder for each class, of which the last
--count pictures are compared. Leaves with 1 when a figure is missed.
"""
import argparse, csv, io, json, os, subprocess, sys, time


def expected_logits(model, folder, names):
    """The labels, and what transformers computes for each picture."""
    import torch
    from PIL import Image
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    network, processor = AutoModelForImageClassification.from_pretrained(model).eval(), AutoImageProcessor.from_pretrained(model)
    logits = {}
    with torch.inference_mode():
        for start in range(0, len(names), 50):
            part = names[start:start + 50]
            pixels = processor([Image.open(os.path.join(folder, name)).convert("RGB") for name in part], return_tensors="pt")
            logits |= zip(part, network(**pixels).logits.tolist())
    return [network.config.id2label[index] for index in range(network.config.num_labels)], logits


def classify(command, folder, names, *options):
    paths = [os.path.join(folder, name) for name in names]
    run = subprocess.run([*command, *options, *paths], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("pictures")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--command", default=".build/release/classify-image")
    arguments = parser.parse_args()
    names = [os.path.join(label, name) for label in sorted(os.listdir(arguments.pictures))
             for name in sorted(os.listdir(os.path.join(arguments.pictures, label)))[-arguments.count:]]
    labels, logits = expected_logits(arguments.model, arguments.pictures, names)
    missed, command = [], [arguments.command, "--model", arguments.model, "--quiet"]
    top = {name: labels[max(range(len(row)), key=row.__getitem__)] for name, row in logits.items()}
    accuracy_there = sum(top[name] == name.split("/")[0] for name in names) / len(names)
    print(f"transformers: {accuracy_there:.1%} of {len(names)}")
    for precision in ["f32", "bf16", "int8"]:
        start = time.perf_counter()
        output = classify(
            command, arguments.pictures, names, "--precision", precision, "--format", "json",
            "--top-k", str(len(labels)))
        seconds = time.perf_counter() - start
        error = same = right = 0
        for name, item in zip(names, json.loads(output), strict=True):
            predictions = item["predictions"]
            same += predictions[0]["label"] == top[name]
            right += predictions[0]["label"] == name.split("/")[0]
            for prediction in predictions:
                error = max(error, abs(prediction["logit"] - logits[name][prediction["index"]]))
        accuracy = right / len(names)
        print(f"{precision:>5}: {accuracy:.1%}, the same label on {same}, largest difference of a logit {error:.1e}, {seconds:.2f} s")
        if precision == "f32" and (same < len(names) or error > 2e-3):
            missed.append("f32: every label, logits within 2e-3")
        if abs(accuracy - accuracy_there) > 0.005:
            missed.append(f"{precision}: accuracy within 0.5 points")
    reference = None
    for size in [1, 7, 16, 64]:
        output = classify(command, arguments.pictures, names[:100], "--batch-size", str(size), "--format", "csv")
        rows = list(csv.reader(io.StringIO(output)))
        reference = reference or rows
        if rows != reference:
            missed.append(f"batches of {size} give the results of batches of 1")
    for figure in missed:
        print(f"missed: {figure}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
