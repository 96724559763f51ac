"""Makes clip-training, clip-end-training and siglip-training: small models of two towers with random weights, whose tokenizers and
processors are those of text-clip and text-siglip, and the loss and the gradients that transformers has of them.

    pip install torch transformers safetensors
    python3 make_contrastive_fixtures.py [FOLDER [SEED]]

reference.safetensors holds `pixel_values`, `input_ids`, of which two rows are alike, the loss of the whole batch (`return_loss`), and
`gradient.TENSOR` by the checkpoint's names. Ends are told by the highest id in clip-training, and by eos_token_id in clip-end-training.
"""

import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

SOURCES = Path(__file__).parent
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCES
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 0
TEXTS = ["a red car", "two small birds on a wire, in the rain", "a cat", "a red car", "snow"]
COMPANIONS = ["merges.txt", "vocab.json", "tokenizer.json", "tokenizer_config.json", "spiece.model",
              "preprocessor_config.json"]


def sizes(hidden, layers):
    return {"hidden_size": hidden, "intermediate_size": 2 * hidden, "num_hidden_layers": layers,
            "num_attention_heads": 4}


def make(name, source, model_class, configuration):
    torch.manual_seed(SEED)
    model = model_class(configuration).eval()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            # Published models multiply by more than new ones; biases and norms would be 0 and 1.
            if key.startswith("logit"):
                parameter.fill_({"logit_scale": 1.8, "logit_bias": -2.5}[key])
            else:
                parameter.add_(0.05 * torch.randn_like(parameter))
    target = FOLDER / name
    model.save_pretrained(target)
    for companion in COMPANIONS:
        if (SOURCES / source / companion).exists():
            shutil.copy(SOURCES / source / companion, target / companion)
    tokenizer = transformers.AutoTokenizer.from_pretrained(SOURCES / source)
    ids = tokenizer(TEXTS, padding="max_length" if "siglip" in source else True, truncation=True,
                    max_length=configuration.text_config.max_position_embeddings, return_tensors="pt").input_ids
    side = configuration.vision_config.image_size
    pixels = torch.randn(len(TEXTS), 3, side, side)
    loss = model(input_ids=ids, pixel_values=pixels, return_loss=True).loss
    loss.backward()
    tensors = {"pixel_values": pixels, "input_ids": ids.float(), "loss": loss.detach().reshape(1)}
    tensors |= {f"gradient.{key}": parameter.grad for key, parameter in model.named_parameters()}
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, target / "reference.safetensors")
    print(name, loss.item())


def clip(end, vision, text):
    old = transformers.CLIPConfig.from_pretrained(SOURCES / "text-clip")
    tokenizer = transformers.AutoTokenizer.from_pretrained(SOURCES / "text-clip")
    text |= {"vocab_size": old.text_config.vocab_size, "max_position_embeddings": 40,
             "eos_token_id": tokenizer.eos_token_id if end else 2, "bos_token_id": tokenizer.bos_token_id}
    return transformers.CLIPConfig(
        vision_config=vision | {"image_size": 32, "patch_size": 8}, text_config=text, projection_dim=20)


def siglip(vision, text):
    old = transformers.SiglipConfig.from_pretrained(SOURCES / "text-siglip")
    text |= {"vocab_size": old.text_config.vocab_size, "max_position_embeddings": 64, "projection_size": 32}
    return transformers.SiglipConfig(vision_config=vision | {"image_size": 32, "patch_size": 8}, text_config=text)


make("clip-training", "text-clip", transformers.CLIPModel, clip(False, sizes(32, 2), sizes(24, 2)))
make("clip-end-training", "text-clip", transformers.CLIPModel, clip(True, sizes(24, 1), sizes(32, 2)))
make("siglip-training", "text-siglip", transformers.SiglipModel, siglip(sizes(32, 2), sizes(24, 2)))
