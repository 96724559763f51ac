"""Small models that read waveforms, with random weights, and what transformers makes of them:
HuBERT with CTC in the forms that the wav2vec2-ctc folders leave out (channels that differ, an odd positional kernel, no norm before
the projection, a lower-case vocabulary whose special tokens stand last and are partly added), and the transcript of a sound of 75
seconds in overlapping windows, as transformers' pipeline reads it.

    python make_waveform_fixtures.py hubert-ctc
"""
import json, os, sys, wave
import numpy as np, torch, transformers as T
from safetensors.torch import save_file

out = sys.argv[1]
os.makedirs(out, exist_ok=True)
rng = np.random.default_rng(7)
torch.manual_seed(7)


def dump(name, value):
    with open(f"{out}/{name}", "w") as f:
        json.dump(value, f, indent=1, ensure_ascii=False)


def sound(name, seconds, rate):
    """Tones and noise that come and go, in 16 bits."""
    t = np.arange(int(seconds * rate)) / rate
    x = sum(a * np.sin(2 * np.pi * f * t + 5 * np.sin(2 * np.pi * g * t)) for a, f, g in zip(rng.uniform(0.05, 0.2, 4), rng.uniform(90, 2500, 4), rng.uniform(1, 6, 4)))
    x = x * (0.6 + 0.4 * np.sin(2 * np.pi * 2.3 * t)) + 0.03 * rng.standard_normal(len(t))
    pcm = np.clip(np.round(x * 32767), -32768, 32767).astype("<i2")
    with wave.open(f"{out}/{name}", "wb") as f:
        f.setnchannels(1); f.setsampwidth(2); f.setframerate(rate); f.writeframes(pcm.tobytes())
    return pcm.astype(np.float32) / 32768


letters = "|enisratdhulcgmobwfkzvüpäöjyxqß"
vocabulary = {letter: i for i, letter in enumerate([*letters, "[UNK]", "[PAD]"])}
named = dict(unk_token="[UNK]", pad_token="[PAD]", bos_token="<s>", eos_token="</s>")
dump("vocab.json", vocabulary)
dump("added_tokens.json", {"<s>": len(vocabulary), "</s>": len(vocabulary) + 1})
dump("special_tokens_map.json", named)
dump("tokenizer_config.json", dict(tokenizer_class="Wav2Vec2CTCTokenizer", do_lower_case=False, word_delimiter_token="|", **named))
dump("preprocessor_config.json", dict(do_normalize=True, feature_extractor_type="Wav2Vec2FeatureExtractor", feature_size=1, padding_side="right", padding_value=0.0, return_attention_mask=True, sampling_rate=16000))
config = T.HubertConfig(
    vocab_size=len(vocabulary) + 2, hidden_size=36, num_hidden_layers=2, num_attention_heads=4, intermediate_size=72, conv_dim=[12, 12, 16, 16, 16, 20, 20],
    num_conv_pos_embeddings=15, num_conv_pos_embedding_groups=4, feat_proj_layer_norm=False, layerdrop=0.0, mask_time_prob=0.0,
    pad_token_id=vocabulary["[PAD]"], bos_token_id=None, eos_token_id=None)
model = T.HubertForCTC(config).eval()
with torch.no_grad():
    for name, p in model.named_parameters():
        r = torch.randn_like(p)
        if name.endswith("bias"): p.copy_(0.1 * r)
        elif "norm" in name: p.copy_(1 + 0.2 * r)
        elif "original0" in name: p.copy_(1.5 + 0.2 * r)
        elif p.dim() > 1: p.copy_(1.6 * r / p[0].numel() ** 0.5)
    model.lm_head.weight.mul_(4)
    sounds = [sound("audio0.wav", 1.03, 16000), sound("audio1.wav", 0.64, 16000)]
    processor = T.Wav2Vec2Processor(T.AutoFeatureExtractor.from_pretrained(out), T.AutoTokenizer.from_pretrained(out))
    # No label always wins, and none of those that stand for no letter.
    hidden = torch.cat([model.hubert(processor(x, sampling_rate=16000, return_tensors="pt").input_values).last_hidden_state[0] for x in sounds])
    model.lm_head.bias.sub_((hidden @ model.lm_head.weight.T).mean(0))
    model.lm_head.bias[vocabulary["[PAD]"]] += 1.0
    model.lm_head.bias[vocabulary["[UNK]"]] -= 9
    model.lm_head.bias[len(vocabulary):] -= 9
    model.config.architectures = ["HubertForCTC"]
    model.save_pretrained(out)
    model = T.HubertForCTC.from_pretrained(out).eval()
    reference, expected = {}, []
    for i, x in enumerate(sounds):
        values = processor(x, sampling_rate=16000, return_tensors="pt").input_values
        o = model(values, output_hidden_states=True)
        reference |= {f"audio{i}.input_values": values, f"audio{i}.last_hidden_state": o.hidden_states[-1], f"audio{i}.logits": o.logits}
        ids = o.logits[0].argmax(-1)
        words = processor.tokenizer.decode(ids, output_word_offsets=True).word_offsets
        expected.append({"file": f"audio{i}.wav", "frames": len(ids), "ids": ids.tolist(), "transcript": processor.decode(ids), "words": [[w["word"], int(w["start_offset"]), int(w["end_offset"])] for w in words]})
    both = processor(sounds, sampling_rate=16000, padding=True, return_tensors="pt")
    reference |= {"batch.input_values": both.input_values, "batch.attention_mask": both.attention_mask.to(torch.uint8), "batch.logits": model(**both).logits}
    pipe = T.pipeline("automatic-speech-recognition", model=model, tokenizer=processor.tokenizer, feature_extractor=processor.feature_extractor)
    long = np.tile(np.concatenate(sounds), 45)
    windows = pipe(long.copy(), chunk_length_s=30)["text"]
    whole = processor.decode(model(processor(long, sampling_rate=16000, return_tensors="pt").input_values).logits[0].argmax(-1))
save_file({k: v.contiguous().clone() for k, v in reference.items()}, f"{out}/reference.safetensors")
dump("expected.json", {"sounds": expected, "batch": {"attention_mask": True, "samples": [len(x) for x in sounds]}, "long": {"repetitions": 45, "seconds": len(long) / 16000, "transcript": windows, "whole": whole}})
margins = [float((r := reference[k][0].topk(2, -1).values)[:, 0].sub(r[:, 1]).min()) for k in ("audio0.logits", "audio1.logits")]
print([e["transcript"] for e in expected], "margins", margins, len(long) / 16000, windows[:80], windows == whole)
