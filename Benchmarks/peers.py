"""What a user could run instead, each in a process of its own that waits to be timed. compare.py is the program."""
import json
import multiprocessing
import os
import time

SLOW_SECONDS = 3.0  # A forward that takes longer is timed once and not again.


def image_shape(folder):
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    size = config.get("image_size", 224)
    height, width = size if isinstance(size, list) else (size, size)
    return config.get("num_channels", 3), height, width


def pytorch(folder, files, threads, precision):
    import torch
    from transformers import AutoModelForImageClassification

    torch.set_num_threads(threads)
    kind = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
    model = AutoModelForImageClassification.from_pretrained(folder, dtype=kind).eval()

    def prepare(pixels):
        tensor = torch.from_numpy(pixels).to(kind)

        def run():
            with torch.inference_mode():
                return model(pixel_values=tensor).logits.float().numpy()

        return run

    return prepare


def onnx_runtime(folder, files, threads, precision):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(files[precision], options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda pixels: lambda: session.run(None, {name: pixels})[0]


def openvino(folder, files, threads, precision):
    import openvino as ov

    core = ov.Core()
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
    }

    def prepare(pixels):
        model = core.read_model(files["f32"])
        model.reshape({model.inputs[0].any_name: list(pixels.shape)})
        compiled = core.compile_model(model, "CPU", options)
        return lambda: compiled(pixels)[0]

    return prepare


def export(folder, cache):
    """The checkpoint as ONNX, and quantised dynamically, unless they lie beside it; the paths by precision."""
    files = {}
    for precision, name in (("f32", "model.onnx"), ("int8", "model.int8.onnx")):
        beside = os.path.join(folder, name)
        files[precision] = beside if os.path.exists(beside) else os.path.join(cache, name)
    os.makedirs(cache, exist_ok=True)
    if not os.path.exists(files["f32"]):
        import torch
        from transformers import AutoModelForImageClassification

        class Logits(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.model = AutoModelForImageClassification.from_pretrained(folder, dtype=torch.float32).eval()

            def forward(self, pixels):
                return self.model(pixel_values=pixels).logits

        torch.onnx.export(
            Logits(), (torch.zeros(1, *image_shape(folder)),), files["f32"], dynamo=False, opset_version=17,
            input_names=["pixels"], output_names=["logits"],
            dynamic_axes={"pixels": {0: "batch"}, "logits": {0: "batch"}})
    if not os.path.exists(files["int8"]):
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(
            files["f32"], files["int8"], weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"])
    return files


def peak_memory():
    """Megabytes of 10^6 bytes, or None where the system does not say."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None


def serve(connection, setup, folder, files, threads, precision):
    """Answers (batch, runs) with milliseconds and peak memory."""
    import numpy

    prepare = setup(folder, files, threads, precision)
    prepared = {}
    connection.send("ready")
    while True:
        batch, runs = connection.recv()
        if batch not in prepared:
            pixels = numpy.random.default_rng(1).uniform(-1, 1, (batch, *image_shape(folder)))
            prepared[batch] = prepare(pixels.astype("float32"))
        run, times = prepared[batch], []
        for _ in range(2 + runs):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1e3)
            if times[-1] > SLOW_SECONDS * 1e3:
                break
        # The first two do not count, unless the peer is so slow that there is nothing else.
        connection.send((times[2:] or times[-1:], peak_memory()))


class Peer:
    """A runtime in its own process; `failure` says why it is out of the race."""

    def __init__(self, name, setup, precision, folder, files, threads):
        self.name, self.precision, self.failure = name, precision, None
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=serve, args=(theirs, setup, folder, files, threads, precision), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self):
        self.process.kill()
        self.process.join()

    def answer(self, seconds):
        """What the process sends, or None when it fails or takes longer than `seconds`."""
        try:
            if self.connection.poll(seconds):
                return self.connection.recv()
            self.failure = f"over {seconds:.0f} s"
        except (EOFError, OSError):
            self.failure = "failed"
        self.stop()
        return None

    def times(self, batch, runs, seconds):
        """(milliseconds of each run, peak memory), or None when it is out."""
        if self.failure:
            return None
        try:
            self.connection.send((batch, runs))
        except OSError:
            self.failure = "failed"
            return None
        return self.answer(seconds)
