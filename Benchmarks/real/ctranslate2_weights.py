"""The numbers of a Whisper out of CTranslate2's file, under the hub's names. layouts.py asks for them."""
import struct

import numpy as np


def variables(path):
    """Those of CTranslate2's model.bin in its format 6, by their names."""
    kinds = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
    found = {}
    with open(path, "rb") as file:

        def numbers(form):
            return struct.unpack("<" + form, file.read(struct.calcsize("<" + form)))

        def string():
            return file.read(*numbers("H"))[:-1].decode()

        numbers("I"), string(), numbers("I")
        for _ in range(*numbers("I")):
            name = string()
            shape = numbers(f"{numbers('B')[0]}I")
            kind, size = numbers("BI")
            found[name] = np.frombuffer(file.read(size), kinds[kind]).reshape(shape)
    return found


def hub_names(layers):
    """The hub's names of linear layers and norms, with CTranslate2's and which of the parts that it joins they are."""
    for side in ("encoder", "decoder"):
        yield f"model.{side}.layer_norm", f"{side}/layer_norm", 0
        for i in range(layers):
            ours, theirs = f"model.{side}.layers.{i}", f"{side}/layer_{i}"
            attentions = [("self_attn", "self_attention", ("q", "k", "v"), ())]
            if side == "decoder":
                attentions.append(("encoder_attn", "attention", ("q",), ("k", "v")))
            for to, source, first, second in attentions:
                yield f"{ours}.{to}_layer_norm", f"{theirs}/{source}/layer_norm", 0
                for number, joined in enumerate((first, second)):
                    for part, letter in enumerate(joined):
                        yield f"{ours}.{to}.{letter}_proj", f"{theirs}/{source}/linear_{number}", part
                yield f"{ours}.{to}.out_proj", f"{theirs}/{source}/linear_{2 if second else 1}", 0
            yield f"{ours}.final_layer_norm", f"{theirs}/ffn/layer_norm", 0
            yield f"{ours}.fc1", f"{theirs}/ffn/linear_0", 0
            yield f"{ours}.fc2", f"{theirs}/ffn/linear_1", 0
    for name in ("conv1", "conv2"):
        yield f"model.encoder.{name}", f"encoder/{name}", 0


def read(path):
    """The numbers under the hub's names; what CTranslate2 joins is parted again."""
    found = variables(path)
    layers = sum(name.startswith("encoder/") and name.endswith("/ffn/linear_0/weight") for name in found)
    hidden = found["decoder/embeddings/weight"].shape[1]
    weights = {"model.decoder.embed_tokens.weight": found["decoder/embeddings/weight"]}
    for side in ("encoder", "decoder"):
        weights[f"model.{side}.embed_positions.weight"] = found[side + "/position_encodings/encodings"]
    for name, source, part in hub_names(layers):
        norm = source + "/gamma" in found
        rows = slice(part * hidden, (part + 1) * hidden) if "_attn." in name else slice(None)
        weights[name + ".weight"] = found[source + ("/gamma" if norm else "/weight")][rows]
        if "k_proj" not in name:
            weights[name + ".bias"] = found[source + ("/beta" if norm else "/bias")][rows]
    return {name: np.ascontiguousarray(value) for name, value in weights.items()}
