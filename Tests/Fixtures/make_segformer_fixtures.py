"""Reference fixtures of SegFormer with other options than the committed one: tiny checkpoints with random weights, laid out as the hub does,
and what transformers computes from them.

usage: make_segformer_fixtures.py OUT_DIR [--seed N]          (needs torch, transformers, safetensors, Pillow)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter SegmentationTests
The folder segformer-uneven is committed.
"""
import argparse, json, os

import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import SegformerConfig, SegformerForSemanticSegmentation
from transformers.models.segformer.image_processing_pil_segformer import SegformerImageProcessorPil

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=7)
options = arguments.parse_args()
torch.manual_seed(options.seed)

SIZES = dict(hidden_sizes=[8, 12, 16, 24], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 4, 3], decoder_hidden_size=20, num_labels=5)


def shake(model):
    """Random weights that exercise every term, and statistics of the batch normalisation that are no ones and zeros."""
    with torch.no_grad():
        for name, tensor in list(model.named_parameters()) + list(model.named_buffers()):
            noise = torch.randn(tensor.shape)
            if name.endswith("running_var"): tensor.copy_(0.5 + torch.rand(tensor.shape))
            elif name.endswith("running_mean"): tensor.copy_(0.2 * noise)
            elif "norm" in name and name.endswith("weight"): tensor.copy_(1 + 0.1 * noise)
            elif tensor.dim() >= 2: tensor.copy_(noise * 1.2 / tensor[0].numel() ** 0.5)
            elif tensor.dim() == 1: tensor.copy_(0.1 * noise)
    return model.eval()


def centre(model, logits):
    """As many cells for each label as there can be: the classifier's bias takes the logits' means away."""
    with torch.no_grad(): model.decode_head.classifier.bias -= logits.mean((0, 2, 3))


def picture(folder, index, width, height):
    coarse = torch.randint(0, 256, (6, 7, 3), dtype=torch.uint8).numpy()
    picture = Image.fromarray(coarse).resize((width, height), Image.BICUBIC)
    picture.save(f"{folder}/picture{index}.png")
    return picture


def write(name, size, original=True, **sizes):
    folder = os.path.join(options.out, name)
    config = SegformerConfig(**{**SIZES, **sizes})
    model = shake(SegformerForSemanticSegmentation(config))
    os.makedirs(folder, exist_ok=True)
    processor = SegformerImageProcessorPil(size=size)
    seen, other = picture(folder, 0, 81, 57), picture(folder, 1, 97, 70)
    inputs = processor(seen, return_tensors="pt").pixel_values
    with torch.no_grad(): centre(model, model(inputs).logits)
    model.save_pretrained(folder, save_original_format=original)
    processor.save_pretrained(folder)
    others = processor(other, return_tensors="pt", do_resize=False).pixel_values
    with torch.no_grad(): output, rest = model(inputs, output_hidden_states=True), model(others)
    label_map = processor.post_process_semantic_segmentation(output, [seen.size[::-1]])[0]
    reference = {"pixel_values": inputs, "logits": output.logits, "pixel_values.other_size": others, "logits.other_size": rest.logits,
                 "label_map": label_map.to(torch.int32)}
    # Without reshape_last_stage transformers gives the last state as tokens.
    reference.update({f"hidden_states.{i}": state for i, state in enumerate(output.hidden_states) if state.dim() == 4})
    save_file({k: v.contiguous() for k, v in reference.items()}, folder + "/reference.safetensors")
    counts = {config.id2label[label]: int((label_map == label).sum()) for label in range(config.num_labels)}
    json.dump({"file": "picture0.png", "size": list(seen.size[::-1]), "pixels": {k: v for k, v in counts.items() if v}},
              open(folder + "/expected.json", "w"), indent=1)
    print(folder, counts)


square = {"height": 64, "width": 64}
write("segformer-uneven", {"height": 48, "width": 80}, hidden_sizes=[8, 12, 20], depths=[1, 2, 1], num_attention_heads=[2, 3, 5],
      num_encoder_blocks=3, sr_ratios=[5, 3, 1], patch_sizes=[5, 2, 3], strides=[3, 2, 2], mlp_ratios=[2, 3, 1], hidden_act="silu", num_labels=7)
write("segformer-new-names", square, original=False, hidden_act="relu", sr_ratios=[4, 4, 2, 1])
write("segformer-one-stage", square, num_encoder_blocks=1, hidden_sizes=[20], depths=[2], num_attention_heads=[4], sr_ratios=[4], patch_sizes=[8],
      strides=[8], mlp_ratios=[4])
write("segformer-wide", {"height": 160, "width": 128}, hidden_sizes=[33, 64, 160, 256], depths=[2, 1, 3, 1], num_attention_heads=[3, 2, 5, 8],
      decoder_hidden_size=130, num_labels=150, sr_ratios=[8, 4, 2, 2])
write("segformer-many-labels", square, num_labels=300, depths=[2, 2, 1, 1], hidden_act="gelu_new")
write("segformer-six-stages", {"height": 256, "width": 192}, num_encoder_blocks=6, hidden_sizes=[8, 8, 12, 12, 16, 16], depths=[1] * 6,
      num_attention_heads=[1, 2, 3, 4, 2, 1], sr_ratios=[4, 3, 3, 2, 2, 1], patch_sizes=[7, 3, 3, 4, 3, 3], strides=[4, 2, 1, 2, 1, 2], mlp_ratios=[4] * 6)
