"""Small classifiers of sounds with random weights, and what transformers and PyTorch make of them.

    python make_sound_fixtures.py wav2vec2-sounds wav2vec2-sounds-layer-norm wav2vec2-sounds-weighted hubert-sounds \
        hubert-sounds-tied ast-training

Those that read waveforms differ in where their feature encoder normalises and in which of their layers the head reads;
ast-training holds the gradients of an Audio Spectrogram Transformer's cross-entropy, and the losses of some steps of AdamW.
"""
import json, os, sys, wave
import numpy as np, torch, transformers as T
from safetensors.torch import save_file

base = dict(feat_extract_norm="group", do_stable_layer_norm=False, conv_bias=False)
large = dict(feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True)
kinds = {
    "wav2vec2-sounds": (T.Wav2Vec2ForSequenceClassification, T.Wav2Vec2Config, base, False),
    "wav2vec2-sounds-layer-norm": (T.Wav2Vec2ForSequenceClassification, T.Wav2Vec2Config, large, False),
    "wav2vec2-sounds-weighted": (T.Wav2Vec2ForSequenceClassification, T.Wav2Vec2Config, large, True),
    "hubert-sounds": (T.HubertForSequenceClassification, T.HubertConfig, base, True),
    # Whose last layer is read behind the norm that follows it.
    "hubert-sounds-tied": (T.HubertForSequenceClassification, T.HubertConfig, large | dict(tie_last_hidden_states=True), True),
}


def dump(path, value):
    with open(path, "w") as f:
        json.dump(value, f, indent=1)


def sound(path, seconds, rng, rate=16000):
    """Tones and noise that come and go, in 16 bits."""
    t = np.arange(int(seconds * rate)) / rate
    x = sum(a * np.sin(2 * np.pi * f * t) for a, f in zip(rng.uniform(0.05, 0.2, 4), rng.uniform(90, 2500, 4)))
    x = x * (0.6 + 0.4 * np.sin(2 * np.pi * 2.3 * t)) + 0.03 * rng.standard_normal(len(t))
    pcm = np.clip(np.round(x * 32767), -32768, 32767).astype("<i2")
    with wave.open(path, "wb") as f:
        f.setnchannels(1); f.setsampwidth(2); f.setframerate(rate); f.writeframes(pcm.tobytes())
    return pcm.astype(np.float32) / 32768


def scatter(model):
    with torch.no_grad():
        for name, p in model.named_parameters():
            r = torch.randn_like(p)
            if name.endswith("layer_weights"): p.copy_(r)
            elif name.endswith("bias"): p.copy_(0.1 * r)
            elif "norm" in name: p.copy_(1 + 0.2 * r)
            elif "original0" in name: p.copy_(1.5 + 0.2 * r)
            elif p.dim() > 1: p.copy_(1.6 * r / p[0].numel() ** 0.5)


def labels(count):
    names = {i: f"label {i}" for i in range(count)}
    return dict(num_labels=count, id2label=names, label2id={v: k for k, v in names.items()})


def waveforms(out, kind):
    """A classifier of waveforms, and the sounds in its references."""
    model_class, config_class, norm, weighted = kinds[kind]
    rng = np.random.default_rng(11)
    config = config_class(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, conv_dim=[8, 8, 12, 12, 12, 16, 16],
        num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4, classifier_proj_size=20, use_weighted_layer_sum=weighted,
        layerdrop=0.0, mask_time_prob=0.0, **norm, **labels(6))
    model = model_class(config).eval()
    scatter(model)
    with torch.no_grad(): model.classifier.weight.mul_(3)
    model.save_pretrained(out)
    dump(f"{out}/preprocessor_config.json", dict(do_normalize=True, feature_extractor_type="Wav2Vec2FeatureExtractor", feature_size=1, padding_side="right", padding_value=0.0, return_attention_mask=norm["feat_extract_norm"] == "layer", sampling_rate=16000))
    extractor = T.AutoFeatureExtractor.from_pretrained(out)
    model = model_class.from_pretrained(out).eval()
    pipe = T.pipeline("audio-classification", model=model, feature_extractor=extractor)
    reference, expected = {}, []
    for i, seconds in enumerate([0.8, 0.53]):
        x = sound(f"{out}/audio{i}.wav", seconds, rng)
        inputs = extractor(x, sampling_rate=16000, return_tensors="pt")
        with torch.no_grad(): logits = model(**inputs).logits
        reference |= {f"audio{i}.input_values": inputs.input_values, f"audio{i}.logits": logits}
        expected.append(dict(file=f"audio{i}.wav", labels=[dict(label=p["label"], score=p["score"]) for p in pipe(x, top_k=5)]))
    dump(f"{out}/expected.json", {"sounds": expected})
    return reference


def spectrograms(out):
    """The training of an Audio Spectrogram Transformer whose patches overlap by different shares in time and frequency."""
    config = T.ASTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, patch_size=8, frequency_stride=6,
        time_stride=5, num_mel_bins=26, max_length=40, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, **labels(4))
    model = T.ASTForAudioClassification(config)
    scatter(model)
    model.save_pretrained(out)
    dump(f"{out}/preprocessor_config.json", dict(do_normalize=True, feature_extractor_type="ASTFeatureExtractor", feature_size=1, mean=-4.0, std=4.5, max_length=40, num_mel_bins=26, padding_side="right", padding_value=0.0, return_attention_mask=False, sampling_rate=16000))
    model = T.ASTForAudioClassification.from_pretrained(out).train()
    values, targets = 0.5 * torch.randn(5, 40, 26), torch.tensor([0, 1, 2, 3, 1])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    reference, losses = {"input_values": values, "labels": targets}, []
    for step in range(5):
        optimizer.zero_grad()
        o = model(values, labels=targets)
        o.loss.backward()
        if step == 0:
            reference["logits"] = o.logits.detach()
            reference |= {f"gradient.{n}": p.grad.clone() for n, p in model.named_parameters()}
        losses.append(o.loss.item())
        optimizer.step()
    return reference | {"losses": torch.tensor(losses)}


for kind in sys.argv[1:]:
    torch.manual_seed(7)
    os.makedirs(kind, exist_ok=True)
    reference = spectrograms(kind) if kind == "ast-training" else waveforms(kind, kind)
    save_file({k: v.detach().contiguous().clone() for k, v in reference.items()}, f"{kind}/reference.safetensors")
    print(kind, {k: v for k, v in reference.items() if k.endswith("logits") or k == "losses"})
