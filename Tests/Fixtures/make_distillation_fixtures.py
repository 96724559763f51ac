"""Makes text-distillation: a teacher of masked words, and the loss and the gradients that PyTorch has of the student in text-bert-mask.

    pip install torch transformers safetensors
    python3 make_distillation_fixtures.py

The loss is DistilBERT's (Sanh et al., 2019): of each masked token (1 - share) of the cross-entropy of its word and share · T² of that of
what the teacher thinks, and of each token of a text `states` times the cosine distance of hidden states. Without dropout.
"""

import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from torch.nn.functional import cosine_similarity, cross_entropy

FOLDER = Path(__file__).parent
STUDENT = FOLDER / "text-bert-mask"
OUTPUT = FOLDER / "text-distillation"
LENGTHS = [9, 4, 7]
PLACES = [[2, 5, 7], [1], [3, 4]]
TEMPERATURE, SHARE, STATES = 2.5, 0.7, 0.8


def teacher():
    config = transformers.AutoConfig.from_pretrained(STUDENT)
    config.num_hidden_layers, config.num_attention_heads, config.intermediate_size = 1, 2, 24
    torch.manual_seed(5)
    model = transformers.BertForMaskedLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def main():
    OUTPUT.mkdir(exist_ok=True)
    model = teacher()
    model.save_pretrained(OUTPUT)
    for name in ["tokenizer.json", "tokenizer_config.json", "vocab.txt"]:
        shutil.copy(STUDENT / name, OUTPUT)
    student = transformers.BertForMaskedLM.from_pretrained(STUDENT, torch_dtype=torch.float32).eval()

    generator = torch.Generator().manual_seed(9)
    mask = (torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]).long()
    ids = torch.randint(5, 900, mask.shape, generator=generator) * mask
    places = torch.tensor([[row, place] for row, some in enumerate(PLACES) for place in some])
    words = torch.randint(5, 900, (len(places),), generator=generator)

    def outputs(network):
        found = network(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        return found.logits[places[:, 0], places[:, 1]], found.hidden_states[-1][mask == 1]

    logits, states = outputs(student)
    with torch.no_grad():
        taught_logits, taught_states = outputs(model)
    loss = (1 - SHARE) * cross_entropy(logits, words)
    loss = loss + SHARE * TEMPERATURE**2 * cross_entropy(logits / TEMPERATURE, (taught_logits / TEMPERATURE).softmax(-1))
    loss = loss + STATES * (1 - cosine_similarity(states, taught_states)).mean()
    loss.backward()
    gradients = {f"gradient.{name}": tensor.grad.contiguous()
                 for name, tensor in student.named_parameters() if tensor.grad is not None}
    save_file({
        "input_ids": ids, "attention_mask": mask, "labels": words, "places": places,
        "options": torch.tensor([TEMPERATURE, SHARE, STATES]), "loss": loss.detach().reshape(1), **gradients,
    }, OUTPUT / "reference.safetensors")


if __name__ == "__main__":
    main()
