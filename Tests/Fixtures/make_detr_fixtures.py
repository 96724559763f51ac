"""Reference fixtures of DETR with other options than the committed one: tiny checkpoints with random weights, laid out as the hub does,
and what transformers computes from them.

usage: make_detr_fixtures.py OUT_DIR [--seed N]          (needs torch, transformers, safetensors, Pillow)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter DetectionTests
The folder detr-basic is committed.
"""
import argparse, json, os

import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import DetrConfig, DetrForObjectDetection, ResNetConfig
from transformers.models.detr.image_processing_pil_detr import DetrImageProcessorPil

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=7)
options = arguments.parse_args()
torch.manual_seed(options.seed)

SIZES = dict(d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
             encoder_ffn_dim=48, decoder_ffn_dim=64, num_queries=9, num_labels=5)
BACKBONE = dict(embedding_size=8, hidden_sizes=[16, 24, 32, 40], depths=[1, 2, 1, 1], out_features=["stage4"])


def shake(model):
    """Random weights that exercise every term, and statistics of batch normalisations that are no ones and zeros."""
    with torch.no_grad():
        for name, tensor in list(model.named_parameters()) + list(model.named_buffers()):
            noise = torch.randn(tensor.shape)
            if name.endswith("running_var"): tensor.copy_(0.5 + torch.rand(tensor.shape))
            elif name.endswith("running_mean"): tensor.copy_(0.2 * noise)
            elif "convolution" in name: tensor.copy_(noise * (2 / tensor[0].numel()) ** 0.5)
            elif "norm" in name and name.endswith("weight"): tensor.copy_(1 + 0.1 * noise)
            elif "query_position" in name: tensor.copy_(2 * noise)
            elif "class_labels" in name: tensor.copy_(0.4 * noise)
            elif "input_projection" in name: tensor.copy_(0.02 * noise)
            elif tensor.dim() >= 2: tensor.copy_(noise * 1.5 / tensor.shape[1] ** 0.5)
            else: tensor.copy_(0.1 * noise)
        model.class_labels_classifier.bias[-1] -= 3  # or most queries find nothing
    return model.eval()


def pictures(folder):
    for index, (width, height) in enumerate([(100, 75), (51, 140), (70, 64)]):
        coarse = torch.randint(0, 256, (6, 7, 3), dtype=torch.uint8).numpy()
        picture = Image.fromarray(coarse).resize((width, height), Image.BICUBIC)
        picture.save(f"{folder}/picture{index}.png")
        yield f"picture{index}", picture


def write(name, original=True, sizes={}, size={"shortest_edge": 64, "longest_edge": 96}, **backbone):
    folder = os.path.join(options.out, name)
    config = DetrConfig(backbone_config=ResNetConfig(**{**BACKBONE, **backbone}), use_timm_backbone=False, **{**SIZES, **sizes})
    model = shake(DetrForObjectDetection(config))
    model.save_pretrained(folder, save_original_format=original)
    processor = DetrImageProcessorPil(size=size)
    processor.save_pretrained(folder)
    reference, expected, threshold = {}, [], 0.4
    for key, picture in pictures(folder):
        inputs = processor(picture, return_tensors="pt")
        with torch.no_grad(): output = model(**inputs)
        reference[f"{key}.pixel_values"] = inputs["pixel_values"]
        reference[f"{key}.logits"], reference[f"{key}.pred_boxes"] = output.logits, output.pred_boxes
        found = processor.post_process_object_detection(output, threshold, [picture.size[::-1]])[0]
        expected.append({"file": key + ".png", "detections": [
            {"label_id": int(label), "score": float(score), "box": dict(zip(("xmin", "ymin", "xmax", "ymax"), map(float, box)))}
            for label, score, box in zip(found["labels"], found["scores"], found["boxes"])]})
    save_file({k: v.contiguous() for k, v in reference.items()}, folder + "/reference.safetensors")
    json.dump({"threshold": threshold, "pictures": expected}, open(folder + "/expected.json", "w"), indent=1)
    print(folder, [len(picture["detections"]) for picture in expected])


write("detr-basic", layer_type="basic", hidden_sizes=[8, 12, 16, 20], depths=[2, 1, 1, 2])
write("detr-first-stage", downsample_in_first_stage=True, downsample_in_bottleneck=True)
write("detr-new-names", original=False, hidden_act="silu", sizes=dict(activation_function="gelu", num_queries=3))
write("detr-early-features", out_features=["stage3"], sizes=dict(encoder_layers=3, decoder_layers=1, d_model=48))
write("detr-wide", embedding_size=20, hidden_sizes=[132, 64, 260, 520], depths=[1, 1, 2, 2], size={"shortest_edge": 200, "longest_edge": 300},
      sizes=dict(d_model=256, encoder_ffn_dim=300, decoder_ffn_dim=512, encoder_attention_heads=8, num_queries=40))
write("detr-auxiliary-loss", sizes=dict(auxiliary_loss=True, decoder_layers=3))
write("detr-three-stages", layer_type="basic", hidden_sizes=[10, 12, 30], depths=[1, 1, 3], out_features=["stage3"],
      size={"height": 65, "width": 97})
