package import TesseraFiles
package import TesseraLayers

extension LowRankAdaptation {
    /// The names of the files that `write` may write.
    package func fileNames(_ folder: some TextTrainingFolder) -> [String] {
        merges
            ? folder.fileNames
            : folder.fileNames.filter { $0 != "model.safetensors" } + [
                "adapter_config.json", "adapter_model.safetensors",
            ]
    }

    /// Writes the adapters as PEFT does, with the files of a model's folder but the weights; or, where they are merged, the model.
    ///
    /// - Throws: `FileError` when a file cannot be written.
    package func write<Folder: TextTrainingFolder>(
        _ model: Trainable<Folder.Network>, _ folder: Folder, to path: String
    ) throws(FileError) {
        guard !merges else { return try folder.write(model.merged, to: path) }
        let adapters = PublishedAdapters(
            model.layers, names: folder.names(of: model.layers), others: Folder.partsBesideAdapters)
        try folder.writeSettings(to: path)
        let settings = joinPath(path, "adapter_config.json")
        try writeAtomically(to: settings, try configuration(adapters, Folder.self, path: settings))
        try Safetensors.write(
            adapters.tensors, metadata: [("format", "pt")], to: joinPath(path, "adapter_model.safetensors"))
    }

    private func configuration<Folder: TextTrainingFolder>(
        _ adapters: PublishedAdapters, _: Folder.Type, path: String
    ) throws(FileError) -> [UInt8] {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.write(base, for: "base_model_name_or_path")
            json.write("none", for: "bias")
            json.write(adapters.isTransposed, for: "fan_in_fan_out")
            json.write(true, for: "inference_mode")
            json.write(0.0, for: "lora_dropout")
            writeSizes(adapters, &json)
            json.array("modules_to_save") { json in
                for part in Folder.partsBesideAdapters { json.write(part) }
            }
            json.write("LORA", for: "peft_type")
            json.array("target_modules") { json in for target in adapters.targets { json.write(target.name) } }
            if let task = Folder.adapterTask { json.write(task, for: "task_type") }
        }
        return try json.finish(path: path)
    }

    /// Adapters of matrices that files hold as one are one of all their ranks there, whose product is still multiplied with the same.
    private func writeSizes(_ adapters: PublishedAdapters, _ json: inout JSONWriter) {
        let common = adapters.targets.map(\.joinedCount).min() ?? 1
        json.write(rank * common, for: "r")
        json.write(alpha * Double(common), for: "lora_alpha")
        let larger = adapters.targets.filter { $0.joinedCount > common }
        json.object("rank_pattern") { json in
            for target in larger { json.write(rank * target.joinedCount, for: target.name) }
        }
        json.object("alpha_pattern") { json in
            for target in larger { json.write(alpha * Double(target.joinedCount), for: target.name) }
        }
    }
}
