"""Makes text-gradients: the loss and the gradients that transformers has of the models in the folders text-*; and
text-adapter-gradients: those of PEFT's adapters beside all their blocks' matrices.

    pip install torch transformers peft safetensors
    python3 make_text_gradient_fixtures.py

NAME.safetensors holds what the model in the folder NAME read (`input_ids`, `attention_mask`, `decoder_input_ids`) and was to give
(`labels`, -100 where nothing is learned), the mean loss, and `gradient.TENSOR` by the checkpoint's names. Without dropout.

text-adapter-gradients/NAME holds the same in reference.safetensors, and in model.safetensors random adapters: A and B of MATRIX as
MATRIX.adapter.down and MATRIX.adapter.up, which lie as the matrix does. Matrices that a file joins have an adapter each.
"""

from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
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
# PEFT's names of the tasks.
ADAPTED = {"text-bert-classification": "SEQ_CLS", "text-t5-gated": "SEQ_2_SEQ_LM", "text-gpt2-generation": "CAUSAL_LM",
           "text-llama": "CAUSAL_LM"}
RANK, ALPHA = 2, 6
# The queries, keys and values that GPT-2 joins.
JOINED, PARTS = "c_attn", 3
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


def gradients(model, read, labels, named):
    """The loss of a model and its gradients, by the names in `named`."""
    value = loss(model, read, labels)
    value.backward()
    found = {f"gradient.{name}": tensor.contiguous() for name, tensor in named() if tensor is not None}
    return {**read, "labels": labels, "loss": value.detach().reshape(1), **found}


def blocks(tensor):
    """Of B of joined matrices, `[parts * output, parts * rank]`, the squares in which a part meets its own rank."""
    rows = torch.chunk(tensor, PARTS)
    return [torch.chunk(part, PARTS, dim=1)[number] for number, part in enumerate(rows)]


def adapter_tensors(adapted, value):
    """What `value` gives of each A and B, by our names."""
    tensors = {}
    for name, parameter in adapted.named_parameters():
        if "lora_" not in name: continue
        tensor, (layer, factor) = value(parameter), name.removeprefix("base_model.model.").split(".lora_")
        is_transposed = type(adapted.get_submodule("base_model.model." + layer).base_layer).__name__ == "Conv1D"
        if layer.endswith(JOINED) and factor.startswith("B"): tensor = torch.cat(blocks(tensor))
        kind = "down" if factor.startswith("A") else "up"
        tensors[f"{layer}.adapter.{kind}.weight"] = (tensor.T if is_transposed else tensor).detach().clone().contiguous()
    return tensors


def adapted(model, name):
    """The model with random adapters beside all matrices of its blocks."""
    is_joined = name == "text-gpt2-generation"
    result = get_peft_model(model, LoraConfig(
        task_type=ADAPTED[name], target_modules="all-linear", exclude_modules=".*pooler.*", r=RANK, lora_alpha=ALPHA,
        rank_pattern={JOINED: PARTS * RANK}, alpha_pattern={JOINED: PARTS * ALPHA}, fan_in_fan_out=is_joined,
        init_lora_weights=False)).eval()
    for parameter_name, parameter in result.named_parameters():
        if JOINED in parameter_name and "lora_B" in parameter_name:
            parameter.data = torch.block_diag(*blocks(parameter.data))
    return result


def write_adapters(model, name, read, labels):
    folder = FOLDER / "text-adapter-gradients" / name
    folder.mkdir(parents=True, exist_ok=True)
    learner = adapted(model, name)
    save_file(adapter_tensors(learner, lambda parameter: parameter), folder / "model.safetensors")
    found = gradients(learner, read, labels, lambda: adapter_tensors(learner, lambda parameter: parameter.grad).items())
    save_file(found, folder / "reference.safetensors")


def main():
    output = FOLDER / "text-gradients"
    output.mkdir(exist_ok=True)
    for number, (name, kind) in enumerate(CLASSES.items()):
        model = getattr(transformers, kind).from_pretrained(FOLDER / name, torch_dtype=torch.float32).eval()
        read, labels = inputs(model, name, torch.Generator().manual_seed(number))
        trained = [item for item in model.named_parameters() if is_trained(name, item[0])]
        found = gradients(model, read, labels, lambda: [(parameter, tensor.grad) for parameter, tensor in trained])
        save_file(found, output / f"{name}.safetensors")
        torch.manual_seed(number)
        if name in ADAPTED: write_adapters(model, name, read, labels)


if __name__ == "__main__":
    main()
