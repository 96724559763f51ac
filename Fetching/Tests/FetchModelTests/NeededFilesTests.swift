import HubFetching
import Testing

/// Which files a model needs.
@Suite struct NeededFilesTests {
    @Test(arguments: [
        (["model.safetensors", "pytorch_model.bin", "config.json"], ["model.safetensors", "config.json"]),
        (["pytorch_model.bin", "training_args.bin", "flax_model.msgpack"], ["pytorch_model.bin"]),
        (
            ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
            ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"]
        ),
        (["model.safetensors", "model.fp16.safetensors", "model.safetensors.index.json"], ["model.safetensors"]),
        (
            ["pytorch_model-00001-of-00001.bin", "pytorch_model.bin.index.json"],
            ["pytorch_model-00001-of-00001.bin", "pytorch_model.bin.index.json"]
        ),
        (["onnx/config.json", "config.json", ".gitattributes", "rust_model.ot", "coreml/model.json"], ["config.json"]),
        (
            [
                "tokenizer.json", "vocab.txt", "spiece.model", "merges.txt", "chat_template.jinja", "README.md",
                "tf_model.h5",
            ],
            ["tokenizer.json", "vocab.txt", "spiece.model", "merges.txt", "chat_template.jinja"]
        ),
        (
            [
                "modules.json", "1_Pooling/config.json", "onnx/model.onnx", "2_Dense/model.safetensors",
                "a_b/config.json",
            ],
            ["modules.json", "1_Pooling/config.json"]
        ),
        (["chronos.safetensors", "pytorch_model.bin.index.json"], ["chronos.safetensors"]),
        (["config.json", "model.bin", "vocabulary.txt", "extra.bin"], ["config.json", "model.bin", "vocabulary.txt"]),
    ])
    func needed(names: [String], expected: [String]) {
        let files = names.map { RemoteFile(path: $0, byteCount: 0, hash: .gitBlob("")) }
        #expect(neededFiles(files).map(\.path) == expected)
    }
}
