/// What to say of a folder without weights that are read: which others it holds, and how to convert them.
enum ConvertibleWeights {
    static func error(_ folder: ModelFolder) -> FileError {
        let names = folderContents(folder.path)
        if let name = names.first(where: { $0.hasSuffix(".gguf") }) {
            // A name that a shell or Python would read as more than a name does not go into a command.
            let file = name.isHarmlessInCommands ? name : "FILE.gguf"
            return refuse(folder, name, "GGUF", "from_pretrained('.', gguf_file='\(file)').save_pretrained('.')")
        }
        if let name = names.first(where: { $0.hasSuffix(".onnx") || $0 == "onnx" }) {
            // The export renames and transposes tensors: they cannot be told apart again.
            let call = "from_pretrained('OWNER/NAME').save_pretrained('.')"
            return refuse(folder, name, "ONNX", call, source: ", from the model it was exported from")
        }
        if let name = names.first(where: { $0.hasSuffix(".h5") }) {
            return refuse(folder, name, "TensorFlow", "from_pretrained('.', from_tf=True).save_pretrained('.')")
        }
        if let name = names.first(where: { $0.hasSuffix(".msgpack") }) {
            return refuse(folder, name, "Flax", "from_pretrained('.', from_flax=True).save_pretrained('.')")
        }
        if let name = names.first(where: isPickle) {
            let cause =
                name == "model.bin"
                ? "has its weights as CTranslate2's ('model.bin'), of which only a Whisper is read, by transcribe-audio"
                : "has its weights in \(name.quoted): if it is a state dict of torch.save, call it pytorch_model.bin"
            return FileError(.badData, path: folder.path, cause: cause)
        }
        let cause =
            "holds no weights: neither model.safetensors nor pytorch_model.bin, nor the index of either's shards"
        return FileError(.unreadable, path: folder.path, cause: cause)
    }

    private static func isPickle(_ name: String) -> Bool {
        [".bin", ".pt", ".pth", ".ckpt"].contains { name.hasSuffix($0) } && name != "training_args.bin"
    }

    private static func refuse(
        _ folder: ModelFolder, _ name: String, _ format: String, _ call: String, source: String = ""
    ) -> FileError {
        let type = modelClass(folder)
        let command = "python3 -c \"from transformers import \(type); \(type).\(call)\""
        let cause = "has its weights only as \(format) (\(name.quoted)); convert them inside the folder\(source) with"
        return FileError(.badData, path: folder.path, cause: "\(cause): \(command)")
    }

    /// The class that the configuration names, which keeps the head where AutoModel would drop it.
    private static func modelClass(_ folder: ModelFolder) -> String {
        guard case .array(let architectures)? = try? folder.read("config.json").value("architectures"),
            case .string(let name)? = architectures.first, name.isHarmlessInCommands,
            !name.contains("-"), !name.contains(".")
        else { return "AutoModel" }
        return name
    }
}
