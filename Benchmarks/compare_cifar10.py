#!/usr/bin/env python3
"""Compares classify-image with transformers on real pictures: the same labels, the same logits, the same accuracy.

    python3 Benchmarks/compare_cifar10.py EXPECTED.json PICTURES [--command .build/release/classify-image]

EXPECTED.json is {"labels": [...], "logits": {"cat/4900.jpg": [...], ...}}, as transformers gives them for the model that
ships; PICTURES is the folder that holds cat/4900.jpg and the others. Leaves with 1 when a figure is missed.
"""
import argparse, csv, io, json, os, subprocess, sys, time


def classify(command, folder, names, *options):
    paths = [os.path.join(folder, name) for name in names]
    run = subprocess.run([command, "--quiet", *options, *paths], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("expected")
    parser.add_argument("pictures")
    parser.add_argument("--command", default=".build/release/classify-image")
    arguments = parser.parse_args()
    expected = json.load(open(arguments.expected))
    names, labels, missed = list(expected["logits"]), expected["labels"], []
    top = {name: labels[max(range(len(row)), key=row.__getitem__)] for name, row in expected["logits"].items()}
    accuracy_there = sum(top[name] == name.split("/")[0] for name in names) / len(names)
    print(f"transformers: {accuracy_there:.1%} of {len(names)}")
    for precision in ["f32", "bf16", "int8"]:
        start = time.perf_counter()
        output = classify(
            arguments.command, arguments.pictures, names, "--precision", precision, "--format", "json",
            "--top-k", str(len(labels)))
        seconds = time.perf_counter() - start
        error = same = right = 0
        for name, item in zip(names, json.loads(output), strict=True):
            predictions = item["predictions"]
            same += predictions[0]["label"] == top[name]
            right += predictions[0]["label"] == name.split("/")[0]
            for prediction in predictions:
                error = max(error, abs(prediction["logit"] - expected["logits"][name][prediction["index"]]))
        accuracy = right / len(names)
        print(f"{precision:>5}: {accuracy:.1%}, the same label on {same}, largest difference of a logit {error:.1e}, {seconds:.2f} s")
        if precision == "f32" and (same < len(names) or error > 2e-3):
            missed.append("f32: every label, logits within 2e-3")
        if abs(accuracy - accuracy_there) > 0.005:
            missed.append(f"{precision}: accuracy within 0.5 points")
    reference = None
    for size in [1, 7, 16, 64]:
        output = classify(arguments.command, arguments.pictures, names[:100], "--batch-size", str(size), "--format", "csv")
        rows = list(csv.reader(io.StringIO(output)))
        reference = reference or rows
        if rows != reference:
            missed.append(f"batches of {size} give the results of batches of 1")
    for figure in missed:
        print(f"missed: {figure}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
