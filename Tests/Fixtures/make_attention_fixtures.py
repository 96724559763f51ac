"""Writes text-attentions: what the heads of some of the fixtures take from each token, by transformers.

    python3 make_attention_fixtures.py

Of encoders each token of a text looks at each; of encoder-decoders each that is written, greedily, looks at each that was read. Needs
transformers 5, torch, sentencepiece and safetensors.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModel, AutoModelForSeq2SeqLM, AutoTokenizer

HERE = Path(__file__).parent
ENCODERS = ["text-bert-classification", "text-distilbert"]
WRITERS = ["text-marian", "text-bart", "text-t5"]
TEXT = "The quiet lighthouse keeper walked slowly home."


def stacked(layers):
    return torch.stack([layer[0] for layer in layers]).contiguous()


def encoder(folder, tokens):
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    return stacked(model(**tokens, output_attentions=True).attentions), []


def writer(folder, tokens):
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, attn_implementation="eager").eval()
    written = model.generate(**tokens, max_new_tokens=12, num_beams=1, do_sample=False)[0]
    output = model(**tokens, decoder_input_ids=written[None, :-1], output_attentions=True)
    return stacked(output.cross_attentions), written.tolist()[1:]


def main():
    tensors, cases = {}, []
    with torch.no_grad():
        for name in ENCODERS + WRITERS:
            folder = HERE / name
            tokens = AutoTokenizer.from_pretrained(folder)(TEXT, return_tensors="pt")
            tokens.pop("token_type_ids", None) if name in WRITERS or "distil" in name else None
            tensors[name], written = (encoder if name in ENCODERS else writer)(folder, tokens)
            cases.append({"folder": name, "text": TEXT, "written": written})
    output = HERE / "text-attentions"
    output.mkdir(exist_ok=True)
    save_file(tensors, output / "reference.safetensors")
    (output / "expected.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
