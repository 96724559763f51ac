"""Writes text-electra and text-electra-words: `python make_electra_fixtures.py` (transformers 5, PyTorch 2).

Tiny checkpoints with random weights, whose words have fewer numbers than their tokens, with text-bert-mask's tokenizer, and what the
pipelines of transformers make of a few texts.
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

HERE = Path(__file__).parent
TEXTS = ["A quiet, beautiful film", "Nobody knows who planted the trees.", "I wouldn't wait for the ferry again; it's late!"]
MASKED = ["The [MASK] counts the ships.", "My sister repairs the [MASK] near the [MASK]."]
LABELS = ["joy", "anger", "calm", "pride"]


def build(name, kind, **settings):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in ["tokenizer.json", "tokenizer_config.json", "vocab.txt"]:
        shutil.copy(HERE / "text-bert-mask" / file, folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    config = transformers.ElectraConfig(
        vocab_size=1000, embedding_size=16, hidden_size=24, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=40, max_position_embeddings=64, **settings)
    torch.manual_seed(3)
    model = getattr(transformers, "Electra" + kind)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    model.save_pretrained(folder)
    return folder, model, tokenizer


def write(folder, value):
    (folder / "expected.json").write_text(json.dumps(value, indent=1) + "\n")


@torch.no_grad()
def main():
    named = dict(id2label=dict(enumerate(LABELS)), label2id={label: number for number, label in enumerate(LABELS)})
    folder, model, tokenizer = build("text-electra", "ForSequenceClassification", **named)
    run = transformers.TextClassificationPipeline(model=model, tokenizer=tokenizer)
    write(folder, {"inputs": [{"text": text, "labels": run(text, top_k=None)} for text in TEXTS]})
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    save_file({
        "logits": model(**batch).logits, "input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"],
    }, folder / "reference.safetensors")

    folder, model, tokenizer = build("text-electra-words", "ForMaskedLM")
    run = transformers.FillMaskPipeline(model=model, tokenizer=tokenizer)
    write(folder, {"cases": [{"text": text, "top": run(text, top_k=5)} for text in MASKED]})


if __name__ == "__main__":
    main()
