#!/usr/bin/env python3
"""Compares transcribe-audio with transformers on real recordings: the same words, the same logits.

    python3 Benchmarks/compare_digits.py MODEL MANIFEST... [--count 200] [--command .build/release/transcribe-audio]
                                         [--reference FOLDER]

MODEL is a Whisper's folder in the hub's layout, such as Models/speech-digits, whose window the recordings fit; a manifest has
a line {"audio": "a.wav", "text": "three one"} for each. Leaves with 1 where a text differs.

--reference writes the model once more, with the encoder's states and the logits that transformers computes of the first
recording, in the form of Tests/Fixtures/whisper: then

    TESSERA_FIXTURES=FOLDER swift test -c release --filter ModelParityTests

compares every logit. Needs torch, transformers, soundfile, soxr.
"""
import argparse, json, os, shutil, subprocess, sys

import soundfile, soxr, torch
from safetensors.torch import save_file
from transformers import AutoTokenizer, WhisperFeatureExtractor, WhisperForConditionalGeneration


def samples(path):
    values, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(values.mean(1), rate, 16_000)


def write_reference(model, network, features, ids, folder):
    folder = os.path.join(folder, "model")
    shutil.copytree(model, folder, dirs_exist_ok=True)
    outputs = network(
        input_features=features, decoder_input_ids=ids, output_attentions=True, output_hidden_states=True)
    save_file(
        {
            "input_features": features, "decoder_input_ids": ids,
            "encoder.last_hidden_state": outputs.encoder_last_hidden_state.contiguous(),
            "logits": outputs.logits.contiguous(), "cross_attentions.last": outputs.cross_attentions[-1].contiguous(),
        }, os.path.join(folder, "reference.safetensors"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("manifests", nargs="+")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--command", default=".build/release/transcribe-audio")
    parser.add_argument("--reference")
    arguments = parser.parse_args()
    # Attention that keeps its weights, for --reference.
    network = WhisperForConditionalGeneration.from_pretrained(arguments.model, attn_implementation="eager").eval()
    extractor = WhisperFeatureExtractor.from_pretrained(arguments.model)
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    missed = False
    for manifest in arguments.manifests:
        with open(manifest) as file:
            lines = [json.loads(line) for line in file][:arguments.count]
        paths = [os.path.join(os.path.dirname(manifest), line["audio"]) for line in lines]
        run = subprocess.run(
            [arguments.command, "--model", arguments.model, "--quiet", "--format", "json", "--timestamps", "none",
             "--temperature", "0", "--language", "en", *paths], stdout=subprocess.PIPE, check=True)
        ours = json.loads(run.stdout)
        same = right = 0
        for line, path, transcript in zip(lines, paths, ours, strict=True):
            features = extractor(samples(path), sampling_rate=16_000, return_tensors="pt").input_features
            with torch.inference_mode():
                ids = network.generate(features, language="en", task="transcribe", do_sample=False)
                if arguments.reference:
                    start = tokenizer.convert_tokens_to_ids(
                        ["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>"])
                    text = tokenizer(" " + line["text"], add_special_tokens=False).input_ids
                    write_reference(
                        arguments.model, network, features, torch.tensor([start + text]), arguments.reference)
                    arguments.reference = None
            text = tokenizer.decode(ids[0], skip_special_tokens=True).strip()
            same += text == transcript["text"].strip()
            right += text == line["text"]
        print(f"{manifest}: the same text on {same} of {len(lines)}; transformers has {right} right")
        missed = missed or same < len(lines)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
