"""Writes the fixtures of weights in other containers than safetensors: `python make_container_fixtures.py` (torch, safetensors).

pytorch/: `types.bin`, what `torch.save` makes of tensors of every type, order and kind of sharing, beside `types.safetensors`, the
same values as they should come out; `nested.bin` with the same below `state_dict`; files that are refused, each with a program of
its own in the pickle or something else that is wrong; and the fixtures `vit` and `mixer-plain` with their weights as
`pytorch_model.bin`, in shards and in one file.
"""

import collections
import io
import json
import os
import pickle
import shutil
import zipfile

import torch
from safetensors.torch import load_file, save_file

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "pytorch")


def tensors():
    generator = torch.Generator().manual_seed(7)
    matrix = torch.randn(5, 7, generator=generator)
    cube = torch.randn(2, 3, 4, generator=generator)
    whole = torch.randint(-100, 100, (3, 4), generator=generator)
    shared = torch.randn(40, generator=generator)
    return collections.OrderedDict([
        ("float32", matrix), ("float16", matrix.half()), ("bfloat16", matrix.bfloat16()), ("float64", matrix.double()),
        ("int64", whole), ("int32", whole.int()), ("int16", whole.short()), ("int8", whole.char()),
        ("uint8", whole.abs().to(torch.uint8)), ("bool", whole > 0),
        ("transposed", torch.randn(6, 4, generator=generator).t()), ("permuted", cube.permute(2, 0, 1)),
        ("every second", shared[::2]), ("columns", shared.reshape(5, 8)[:, 2:5]), ("row", shared.reshape(5, 8)[3]),
        ("half transposed", torch.randn(4, 6, generator=generator).half().t()),
        ("scalar", torch.tensor(2.5)), ("empty", torch.zeros(0, 3)), ("é", torch.ones(1)),
        ("parameter", torch.nn.Parameter(torch.randn(3, generator=generator))), ("tied", matrix),
    ])


class Asks:
    """Pickled as a call: what a reader must not do."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def archive(entries, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as out:
        for name, data in entries:
            out.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return file.getvalue()


def entries(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return [(name, source.read(name)) for name in source.namelist()]


def write(name, data):
    path = os.path.join(OUT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def types():
    values = tensors()
    values._metadata = collections.OrderedDict([("", {"version": 1})])
    write("types.bin", saved(values))
    save_file({name: x.detach().contiguous().clone() for name, x in values.items()}, os.path.join(OUT, "types.safetensors"))
    small = {"weight": torch.arange(6.0).reshape(2, 3)}
    write("nested.bin", saved({"epoch": 3, "rate": 0.5, "name": "x", "done": [True, None, 70000, -2], "state_dict": small}))


def refused():
    small = {"weight": torch.arange(6.0).reshape(2, 3)}
    sound = entries(saved(small))
    write("refused/program.bin", saved(small | {"x": Asks(os.system, "echo unheard")}))
    write("refused/evaluation.bin", saved(small | {"x": Asks(eval, "1")}))
    write("refused/module.bin", saved(torch.nn.Linear(1, 1)))
    write("refused/list.bin", saved([torch.ones(1)]))
    write("refused/number.bin", saved(small | {"epoch": 3}))
    write("refused/expanded.bin", saved({"weight": torch.ones(1).expand(3, 4)}))
    write("refused/compressed.bin", archive(sound, zipfile.ZIP_DEFLATED))
    write("refused/without_numbers.bin", archive([x for x in sound if not x[0].endswith("data/0")]))
    write("refused/few_numbers.bin", archive([(n, d[:8] if n.endswith("data/0") else d) for n, d in sound]))
    write("refused/big_endian.bin", archive([(n, b"big" if n.endswith("byteorder") else d) for n, d in sound]))
    write("refused/script.bin", archive(sound + [("archive/constants.pkl", b"")]))
    write("refused/twice.bin", archive(sound + sound[-1:]))
    write("refused/pickle.bin", pickle.dumps({"weight": [1.0]}, protocol=4))
    old = io.BytesIO()
    torch.save(small, old, _use_new_zipfile_serialization=False)
    write("refused/old.bin", old.getvalue())
    fourth = io.BytesIO()
    torch.save(small, fourth, pickle_protocol=4)
    write("refused/protocol.bin", fourth.getvalue())
    with open(os.path.join(OUT, "types.safetensors"), "rb") as file:
        write("refused/safetensors.bin", file.read())


def models():
    for fixture, shard_count in (("vit", 3), ("mixer-plain", 1)):
        source = os.path.join(HERE, fixture)
        weights = load_file(os.path.join(source, "model.safetensors"))
        out = os.path.join(OUT, fixture)
        os.makedirs(out, exist_ok=True)
        for name in ("config.json", "preprocessor_config.json"):
            if os.path.exists(os.path.join(source, name)):
                shutil.copy(os.path.join(source, name), out)
        names = sorted(weights)
        if shard_count == 1:
            torch.save({name: weights[name] for name in names}, os.path.join(out, "pytorch_model.bin"))
            continue
        index = {"metadata": {"total_size": 0}, "weight_map": {}}
        for shard in range(shard_count):
            file = f"pytorch_model-{shard + 1:05}-of-{shard_count:05}.bin"
            part = names[shard::shard_count]
            torch.save({name: weights[name] for name in part}, os.path.join(out, file))
            index["weight_map"] |= {name: file for name in part}
        with open(os.path.join(out, "pytorch_model.bin.index.json"), "w") as file:
            json.dump(index, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    types()
    refused()
    models()
