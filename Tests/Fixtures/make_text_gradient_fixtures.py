"""Makes text-gradients: the loss and the gradients that transformers has of the models in the folders text-*.

    pip install torch transformers safetensors
    python3 make_text_gradient_fixtures.py

NAME.safetensors holds what the model in the folder NAME read (`input_ids`, `attention_mask`, `decoder_input_ids`) and was to give
(`labels`, -100 where nothing is learned), the mean loss, and `gradient.TENSOR` by the checkpoint's names. Without dropout.
"""

from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

FOLDER = Path(__file__).parent
CLASSES = {
    "text-marian": "MarianMTModel", "text-bart": "BartForConditionalGeneration",
    "text-t5": "T5ForConditionalGeneration", "text-t5-gated": "T5ForConditionalGeneration",
    "text-bert-classification": "BertForSequenceClassification",
    "text-distilbert": "DistilBertForSequenceClassification",
    "text-gpt2-generation": "GPT2LMHeadModel", "text-llama": "LlamaForCausalLM", "text-qwen2": "Qwen2ForCausalLM",
    "text-electra": "ElectraForSequenceClassification",
}
# Of each sequence; the shorter ones are padded.
LENGTHS = [9, 4, 7]
TARGET_LENGTHS = [5, 8, 3]


def padded(lengths, vocabulary, generator, filler):
    rows = torch.full((len(lengths), max(lengths)), filler)
    for row, length in zip(rows, lengths):
        row[:length] = torch.randint(3, vocabulary - 3, (length,), generator=generator)
    return rows


def mask(lengths):
    return (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()


def inputs(model, name, generator):
    vocabulary = model.config.vocab_size
    read = {"input_ids": padded(LENGTHS, vocabulary, generator, 0), "attention_mask": mask(LENGTHS)}
    if model.config.is_encoder_decoder:
        labels = padded(TARGET_LENGTHS, vocabulary, generator, -100)
        start = torch.full((len(TARGET_LENGTHS), 1), model.config.decoder_start_token_id)
        read["decoder_input_ids"] = torch.cat([start, labels[:, :-1].clamp(min=0)], dim=1)
    elif "Classification" in CLASSES[name]:
        labels = torch.randint(0, model.config.num_labels, (len(LENGTHS),), generator=generator)
    else:
        labels = read["input_ids"].masked_fill(read["attention_mask"] == 0, -100)
    return read, labels


def loss(model, read, labels):
    logits = model(**read).logits
    if not model.config.is_encoder_decoder and logits.dim() == 3:
        logits, labels = logits[:, :-1], labels[:, 1:]
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1))


def is_trained(name, parameter):
    """Marian's sinusoids are parameters there, which config.json calls static."""
    return name != "text-marian" or "embed_positions" not in parameter


def main():
    output = FOLDER / "text-gradients"
    output.mkdir(exist_ok=True)
    for number, (name, kind) in enumerate(CLASSES.items()):
        model = getattr(transformers, kind).from_pretrained(FOLDER / name, torch_dtype=torch.float32).eval()
        read, labels = inputs(model, name, torch.Generator().manual_seed(number))
        value = loss(model, read, labels)
        value.backward()
        gradients = {
            f"gradient.{parameter}": tensor.grad.contiguous()
            for parameter, tensor in model.named_parameters() if tensor.grad is not None and is_trained(name, parameter)
        }
        tensors = {**read, "labels": labels, "loss": value.detach().reshape(1), **gradients}
        save_file(tensors, output / f"{name}.safetensors")


if __name__ == "__main__":
    main()
