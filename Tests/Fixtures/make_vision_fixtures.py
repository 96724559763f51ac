"""Reference fixtures of the vision families with other options than the committed ones: tiny checkpoints with random
weights, laid out as the hub does, and what transformers computes from them.

usage: make_vision_fixtures.py OUT_DIR [--seed N]          (needs torch, transformers, safetensors)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter ParityTests --filter GradientTests
The folders called *-training, with the gradients of the mean cross-entropy, and *-backbone are committed.
"""
import argparse, os

import torch
from safetensors.torch import save_file
from transformers import (
    BeitConfig, BeitForImageClassification, BeitModel, DeiTConfig, DeiTForImageClassification,
    DeiTForImageClassificationWithTeacher, DeiTModel, Dinov2Config, Dinov2ForImageClassification, Dinov2Model,
    Dinov2WithRegistersConfig, Dinov2WithRegistersForImageClassification, Dinov2WithRegistersModel, ViTConfig,
    ViTForImageClassification, ViTModel, DINOv3ViTConfig, DINOv3ViTModel,
    SwinConfig, SwinForImageClassification, YolosConfig, YolosForObjectDetection)

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=7)
options = arguments.parse_args()
torch.manual_seed(options.seed)

SIZES = dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=6, intermediate_size=100, image_size=40, patch_size=8, num_labels=7)
DINO = dict(hidden_size=48, num_hidden_layers=3, num_attention_heads=3, mlp_ratio=3, image_size=42, patch_size=14, num_labels=6)


def shake(model):
    """Random weights that exercise every term: biases, norms and tables get values too."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape)
            if parameter.dim() >= 2: parameter.add_(noise * 0.1)
            elif "norm" in name.lower() and name.endswith("weight"): parameter.copy_(1 + 0.1 * noise)
            elif "lambda" in name: parameter.copy_(0.5 + 0.1 * noise)
            else: parameter.add_(0.05 * noise)
    return model.eval()


def write(name, model, other_size=None, **forward):
    folder = os.path.join(options.out, name)
    model = shake(model)
    size = model.config.image_size
    height, width = size if isinstance(size, (list, tuple)) else (size, size)
    reference = {"pixel_values": torch.randn(2, 3, height, width)}
    with torch.no_grad():
        reference["logits"] = model(reference["pixel_values"]).logits
        if other_size:
            pixels = torch.randn(1, 3, *other_size)
            reference["pixel_values.other_size"] = pixels
            reference["logits.other_size"] = model(pixels, **forward).logits
    for suffix, original in (("", True), ("-new-names", False)):
        model.save_pretrained(folder + suffix, save_original_format=original)
        save_file({k: v.contiguous() for k, v in reference.items()}, folder + suffix + "/reference.safetensors")
    print(folder)


def write_gradients(name, model, size):
    folder = os.path.join(options.out, name)
    model = shake(model)  # in evaluation mode: nothing is dropped
    reference = {"pixel_values": torch.randn(3, 3, *size), "labels": torch.tensor([1, 0, 3])}
    loss = torch.nn.functional.cross_entropy(model(reference["pixel_values"]).logits, reference["labels"])
    loss.backward()
    reference["losses"] = loss.detach().reshape(1)
    for key, parameter in model.named_parameters():
        if parameter.grad is not None: reference["gradient." + key] = parameter.grad
    model.save_pretrained(folder)
    save_file({k: v.contiguous() for k, v in reference.items()}, folder + "/reference.safetensors")
    print(folder)


def write_backbone(name, model, other_size=None, **forward):
    """Without a head: what leaves the encoder, and what sums a picture up where the model has such."""
    folder = os.path.join(options.out, name)
    model = shake(model)
    size = model.config.image_size
    reference = {}
    for suffix, shape, arguments in (("", (size, size), {}), (".other_size", other_size, forward)):
        if not shape: continue
        pixels = torch.randn(2, 3, *shape)
        with torch.no_grad(): output = model(pixels, **arguments)
        reference["pixel_values" + suffix] = pixels
        reference["last_hidden_state" + suffix] = output.last_hidden_state
        if output.pooler_output is not None: reference["pooler_output" + suffix] = output.pooler_output
    model.save_pretrained(folder)
    save_file({k: v.contiguous() for k, v in reference.items()}, folder + "/reference.safetensors")
    print(folder)


larger = dict(interpolate_pos_encoding=True)
write("vit-no-query-bias", ViTForImageClassification(ViTConfig(**SIZES, qkv_bias=False, hidden_act="gelu_new")), (56, 40), **larger)
write("vit-one-label", ViTForImageClassification(ViTConfig(**{**SIZES, "num_labels": 1, "hidden_act": "quick_gelu"})), (24, 64), **larger)
write("vit-relu-wide", ViTForImageClassification(ViTConfig(**{**SIZES, "hidden_size": 66, "intermediate_size": 133, "hidden_act": "relu"})))
write("deit-plain", DeiTForImageClassification(DeiTConfig(**SIZES)), (64, 48), **larger)
write("deit-pair", DeiTForImageClassificationWithTeacher(DeiTConfig(**SIZES)), (48, 72), **larger)
write("dinov2-swiglu", Dinov2ForImageClassification(Dinov2Config(**DINO, use_swiglu_ffn=True)), (28, 70))
write("dinov2-plain", Dinov2ForImageClassification(Dinov2Config(**DINO, hidden_act="silu")), (84, 56))
write("beit-shared", BeitForImageClassification(BeitConfig(**SIZES, use_shared_relative_position_bias=True)))
write("beit-class-token", BeitForImageClassification(BeitConfig(**SIZES, use_relative_position_bias=True, use_mean_pooling=False, use_absolute_position_embeddings=True)))
write("beit-no-scale", BeitForImageClassification(BeitConfig(**SIZES, layer_scale_init_value=0.0)))

small = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, image_size=24, patch_size=8, num_labels=5)
write_gradients("deit-training", DeiTForImageClassificationWithTeacher(DeiTConfig(**small, intermediate_size=40)), (24, 24))
write_gradients("dinov2-training", Dinov2ForImageClassification(Dinov2Config(**small, mlp_ratio=2, use_swiglu_ffn=True)), (32, 16))
write_gradients("beit-training", BeitForImageClassification(BeitConfig(**small, intermediate_size=40, use_relative_position_bias=True)), (24, 24))
write_gradients("beit-shared-training", BeitForImageClassification(BeitConfig(**small, intermediate_size=40, use_shared_relative_position_bias=True, use_mean_pooling=False, use_absolute_position_embeddings=True)), (24, 24))

bare = {**small, "intermediate_size": 40}
write_backbone("vit-pooler-backbone", ViTModel(ViTConfig(**bare, pooler_output_size=20, pooler_act="gelu")), (32, 24), **larger)
write_backbone("vit-unpooled-backbone", ViTModel(ViTConfig(**bare), add_pooling_layer=False), (24, 40), **larger)
write_backbone("deit-backbone", DeiTModel(DeiTConfig(**bare)), (16, 32), **larger)
write_backbone("beit-backbone", BeitModel(BeitConfig(**bare, use_relative_position_bias=True)))
write_backbone("dinov2-swiglu-backbone", Dinov2Model(Dinov2Config(**small, mlp_ratio=2, use_swiglu_ffn=True)), (32, 16))
write_gradients("dinov2-registers-training", Dinov2WithRegistersForImageClassification(Dinov2WithRegistersConfig(**small, mlp_ratio=2, num_register_tokens=3)), (32, 16))
write_backbone("dinov2-registers-backbone", Dinov2WithRegistersModel(Dinov2WithRegistersConfig(**small, mlp_ratio=2, use_swiglu_ffn=True, num_register_tokens=2)), (16, 40))
dino3 = {**bare, "num_attention_heads": 2, "hidden_size": 24}
write_backbone("dinov3-gated-backbone", DINOv3ViTModel(DINOv3ViTConfig(**dino3, use_gated_mlp=True, hidden_act="silu", key_bias=True, rope_theta=40.0)), (16, 40))
write_backbone("dinov3-no-biases-backbone", DINOv3ViTModel(DINOv3ViTConfig(**dino3, mlp_bias=False, query_bias=False, value_bias=False, proj_bias=False, num_register_tokens=3)), (40, 24))
swin = dict(embed_dim=12, depths=[2, 2], num_heads=[2, 3], window_size=3, patch_size=4, mlp_ratio=2.0, num_labels=5, drop_path_rate=0.0)
write_gradients("swin-training", SwinForImageClassification(SwinConfig(**swin, image_size=32)), (32, 32))
write_gradients("swin-odd-training", SwinForImageClassification(SwinConfig(**swin, image_size=28, use_absolute_embeddings=True, qkv_bias=False)), (28, 28))


def write_detection_gradients(name, model, size, counts):
    """The loss of pictures with so many objects each, whose boxes may meet, and its gradients."""
    folder = os.path.join(options.out, name)
    model = shake(model)
    pixels, targets = torch.randn(len(counts), 3, *size), []
    reference = {"pixel_values": pixels}
    for index, count in enumerate(counts):
        corner, side = torch.rand(count, 2) * 0.6, 0.1 + torch.rand(count, 2) * 0.3
        labels = torch.randint(0, model.config.num_labels, (count,))
        targets.append({"class_labels": labels, "boxes": torch.cat([corner + side / 2, side], 1)})
        if count: reference[f"labels.{index}"] = labels.float()
        reference[f"boxes.{index}"] = targets[-1]["boxes"]
    loss = model(pixels, labels=targets).loss
    loss.backward()
    reference["losses"] = loss.detach().reshape(1)
    for key, parameter in model.named_parameters():
        if parameter.grad is not None: reference["gradient." + key] = parameter.grad
    model.save_pretrained(folder)
    save_file({k: v.contiguous() for k, v in reference.items()}, folder + "/reference.safetensors")
    with open(folder + "/preprocessor_config.json", "w") as file:
        file.write('{"image_processor_type": "YolosImageProcessor", "size": {"shortest_edge": 32, "longest_edge": 64}}')
    print(folder)


yolos = dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40, patch_size=8, num_labels=4, num_detection_tokens=6)
write_detection_gradients("yolos-training", YolosForObjectDetection(YolosConfig(**yolos, image_size=[32, 48])), (32, 48), [2, 3])
write_detection_gradients("yolos-other-size-training", YolosForObjectDetection(YolosConfig(**yolos, image_size=[24, 32], eos_coefficient=0.3, giou_cost=1, bbox_loss_coefficient=3)), (40, 32), [0, 4, 1])
write_detection_gradients("yolos-no-mid-training", YolosForObjectDetection(YolosConfig(**{**yolos, "num_detection_tokens": 3}, image_size=[24, 32], use_mid_position_embeddings=False)), (24, 32), [4])
