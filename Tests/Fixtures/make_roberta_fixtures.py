"""Writes the fixtures of RoBERTa's other heads and of XLM-RoBERTa: `python make_roberta_fixtures.py` (transformers 5, PyTorch 2).

roberta-heads/NAME: tiny checkpoints with random weights, with the tokenizer of text-roberta or of piece-tokenizers/xlm-roberta, and what
the pipelines of transformers make of a few texts (expected.json). One text holds a padding token, which no position counts.
"""

import json
import os
import shutil

import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "roberta-heads")
TEXTS = ["Anna Kowalska moved from Gdańsk to São Paulo in 2019.", "😀 Lisbon: the keeper, João da Silva, works for Harbour & Sons.", "a <pad> b"]
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def build(name, kind, source, **settings):
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(os.path.join(HERE, source, file), folder)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=folder + "/tokenizer.json", mask_token="<mask>", pad_token="<pad>", unk_token="<unk>", cls_token="<s>",
        sep_token="</s>", model_max_length=60)
    family = "XLMRoberta" if source.endswith("xlm-roberta") else "Roberta"
    config = getattr(transformers, family + "Config")(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
        max_position_embeddings=62, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, **settings)
    torch.manual_seed(4)
    model = getattr(transformers, family + kind)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.4 + (0.6 if parameter.ndim == 1 else 0))
        for norm in [m for m in model.modules() if isinstance(m, torch.nn.LayerNorm)]:
            norm.weight.copy_(1 + torch.randn_like(norm.weight) * 0.2)
    model.config.architectures = [family + kind]
    model.save_pretrained(folder)
    return folder, model, tokenizer


def write(folder, value):
    with open(folder + "/expected.json", "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1, default=float)


@torch.no_grad()
def main():
    named = dict(id2label=dict(enumerate(LABELS)), label2id={l: i for i, l in enumerate(LABELS)})
    for name, source in (("tagger", "text-roberta"), ("xlm-tagger", "piece-tokenizers/xlm-roberta")):
        folder, model, tokenizer = build(name, "ForTokenClassification", source, **named)
        run = transformers.TokenClassificationPipeline(model=model, tokenizer=tokenizer)
        cases = [dict(text=t, grouping=g, entities=run(t, aggregation_strategy=g))
                 for g in ("none", "simple", "first", "average", "max") for t in TEXTS]
        for case in cases:
            case["entities"] = [{k: e.get(k, e.get("entity_group")) if k == "entity" else e[k] for k in ("entity", "score", "start", "end")}
                                for e in case["entities"]]
        write(folder, {"cases": cases})
    folder, model, tokenizer = build("words", "ForMaskedLM", "text-roberta")
    cases = []
    for text in ("The lighthouse <mask> counts the ships.", "a <pad><mask> b"):
        batch = tokenizer(text, return_tensors="pt")
        place = batch["input_ids"][0].tolist().index(tokenizer.mask_token_id)
        scores, ids = model(**batch).logits[0, place].softmax(-1).topk(5)
        cases.append(dict(text=text, words=[
            dict(token=tokenizer.decode([i]), id=i, score=s) for i, s in zip(ids.tolist(), scores.tolist())]))
    write(folder, {"cases": cases})


main()
