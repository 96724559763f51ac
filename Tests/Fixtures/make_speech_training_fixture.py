"""Reference fixture of a Whisper's training: a tiny checkpoint with random weights, laid out as the hub does, and what
transformers and PyTorch compute of its training.

usage: make_speech_training_fixture.py OUT_DIR [--seed N]          (needs torch, transformers, safetensors)
Then: TESSERA_FIXTURES=OUT_DIR swift test -c release --filter SpeechTrainingTests
"""
import argparse, json, os

import torch
from safetensors.torch import save_file
from transformers import WhisperConfig, WhisperForConditionalGeneration

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=7)
options = arguments.parse_args()
torch.manual_seed(options.seed)

config = WhisperConfig(
    d_model=24, encoder_layers=2, decoder_layers=2, encoder_attention_heads=3, decoder_attention_heads=2,
    encoder_ffn_dim=40, decoder_ffn_dim=36, num_mel_bins=10, max_source_positions=15, max_target_positions=12,
    vocab_size=30, pad_token_id=27, bos_token_id=27, eos_token_id=27, decoder_start_token_id=28, suppress_tokens=None,
    begin_suppress_tokens=None, dropout=0.0)
model = WhisperForConditionalGeneration(config)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape)
        if "layer_norm" in name and name.endswith("weight"): parameter.copy_(1 + 0.1 * noise)
        elif parameter.requires_grad: parameter.add_((0.1 if parameter.dim() >= 2 else 0.05) * noise)
model.train()

folder = os.path.join(options.out, "whisper-training")
os.makedirs(folder, exist_ok=True)
model.save_pretrained(folder)
# Two clips of four have fewer tokens; what stands behind them is not learned.
labels = torch.randint(0, 27, (4, 7))
labels[1, 5:] = -100
labels[3, 2:] = -100
inputs = torch.cat([torch.full((4, 1), 28), labels[:, :-1].clamp(min=0)], 1)
features = torch.randn(4, 10, 30)
reference = {"input_features": features, "decoder_input_ids": inputs, "labels": labels}
training = dict(lr=3e-3, betas=[0.9, 0.98], eps=1e-6, weight_decay=0.1, label_smoothing=0.1)
optimizer = torch.optim.AdamW(
    [p for p in model.parameters() if p.requires_grad], lr=training["lr"], betas=training["betas"], eps=training["eps"],
    weight_decay=training["weight_decay"])
losses = []
for step in range(5):
    optimizer.zero_grad()
    logits = model(input_features=features, decoder_input_ids=inputs).logits
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=-100, label_smoothing=training["label_smoothing"])
    loss.backward()
    losses.append(loss.item())
    if step == 0:
        reference["logits"] = logits
        for name, parameter in model.named_parameters():
            if parameter.grad is not None: reference["gradient." + name] = parameter.grad.clone()
    optimizer.step()
reference["losses"] = torch.tensor(losses)
save_file({k: v.detach().contiguous().clone() for k, v in reference.items()}, folder + "/training.safetensors")
with open(folder + "/training.json", "w") as file: json.dump(training, file, indent=1)
with open(folder + "/README.md", "w") as file:
    file.write(
        "A Whisper's training: the checkpoint before, logits and gradients of the label-smoothed cross-entropy at step 0, "
        "and five losses under AdamW on every parameter save for the encoder's positions. training.json has its settings. "
        "Labels of -100 are not learned. Made by make_speech_training_fixture.py.\n")
print(folder)
