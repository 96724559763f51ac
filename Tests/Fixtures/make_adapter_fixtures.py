"""Makes text-adapters: adapters as PEFT writes them, for the models in text-bert-classification and text-gpt2-generation.

    pip install torch transformers peft safetensors
    python3 make_adapter_fixtures.py

Each folder has random adapters, and in reference.safetensors what the adapted model makes of `input_ids`, which are TEXT's: `logits`.
"""

from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file

FOLDER = Path(__file__).parent
TEXT = "The lighthouse keeper counts the ships."
CASES = {
    "bert": ("text-bert-classification", "BertForSequenceClassification", {
        "task_type": "SEQ_CLS", "target_modules": ["query", "value"], "r": 4, "lora_alpha": 12}),
    "bert-all": ("text-bert-classification", "BertForSequenceClassification", {
        "task_type": "SEQ_CLS", "target_modules": "all-linear", "r": 3, "lora_alpha": 6, "use_rslora": True}),
    "gpt2": ("text-gpt2-generation", "GPT2LMHeadModel", {
        "task_type": "CAUSAL_LM", "target_modules": ["c_attn", "c_proj"], "r": 4, "lora_alpha": 8,
        "fan_in_fan_out": True}),
    "bert-patterns": ("text-bert-classification", "BertForSequenceClassification", {
        "task_type": "SEQ_CLS", "target_modules": ["query", "output.dense"], "r": 2, "lora_alpha": 6,
        "rank_pattern": {"query": 1}, "alpha_pattern": {"attention.output.dense": 20, "query": 9}}),
}


def main():
    for number, (name, (base, kind, settings)) in enumerate(CASES.items()):
        torch.manual_seed(number)
        model = getattr(transformers, kind).from_pretrained(FOLDER / base, torch_dtype=torch.float32)
        adapted = get_peft_model(model, LoraConfig(init_lora_weights=False, **settings)).eval()
        adapted.peft_config["default"].base_model_name_or_path = base
        folder = FOLDER / "text-adapters" / name
        adapted.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)
        ids = transformers.AutoTokenizer.from_pretrained(FOLDER / base)(TEXT, return_tensors="pt")["input_ids"]
        with torch.no_grad():
            logits = adapted(input_ids=ids).logits
        save_file({"input_ids": ids, "logits": logits}, folder / "reference.safetensors")


if __name__ == "__main__":
    main()
