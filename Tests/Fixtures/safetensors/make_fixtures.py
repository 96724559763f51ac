"""Writes this folder's files with the reference implementations (torch, safetensors, transformers).

Run inside this folder: python3 make_fixtures.py
"""
import torch
from safetensors.torch import save_file
from transformers import ViTForImageClassification

values = torch.tensor([[0.0, -0.0, 1.0, -1.5], [0.1, 6.1e-5, 65504.0, -3.0e-6]], dtype=torch.float64)
types = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
integers = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint64, torch.uint32, torch.uint16, torch.uint8]
tensors = {}
for type in types:
    name = str(type).removeprefix("torch.")
    tensors[name] = values.to(type)
    tensors[name + ".as_float32"] = values.to(type).to(torch.float32)
for type in integers:
    low, high = torch.iinfo(type).min, torch.iinfo(type).max
    tensors[str(type).removeprefix("torch.")] = torch.tensor([low, 0, 1, min(high, 2**63 - 1)], dtype=type)
tensors["bool"] = torch.tensor([True, False, True])
save_file(tensors, "types.safetensors", metadata={"format": "pt"})

model = ViTForImageClassification.from_pretrained("../vit")
model.save_pretrained("sharded", max_shard_size="40KB")
