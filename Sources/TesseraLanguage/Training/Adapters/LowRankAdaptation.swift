package import TesseraFiles
package import TesseraLayers
package import TesseraTraining
internal import TesseraTransformer

/// How a model learns by adapters beside its attentions' queries and values, which stay as they are (Hu et al., 2022, LoRA).
package struct LowRankAdaptation: Sendable {
    /// The rows of A and the columns of B.
    package var rank: Int
    /// What their product is multiplied with, times the rank.
    package var alpha: Double
    /// Whether the adapters become parts of the matrices in what is written.
    package var merges: Bool
    /// What the adapter's folder calls the model that it is for.
    package var base: String

    package init(rank: Int, alpha: Double, merges: Bool, base: String) {
        (self.rank, self.alpha, self.merges, self.base) = (rank, alpha, merges, base)
    }

    private static let adapted: Set<String> = ["query", "value"]

    /// The model with its adapters.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    package func model<Folder: TextTrainingFolder>(
        of folder: Folder, seed: UInt64
    ) throws(FileError) -> Trainable<Folder.Network> {
        try folder.initialModel(seed: seed).adapted(
            Self.adapted, rank: rank, scale: Float(alpha / Double(rank)), random: RandomGenerator(seed: seed, 1))
    }

    /// Lets nothing but adapters, and heads that are new, be trained.
    package func adapt<Folder: TextTrainingFolder>(_ settings: inout TrainingSettings, _ folder: Folder) {
        settings.trainedParts = Set(["adapter"] + Folder.partsBesideAdapters)
    }

    /// What must stay the same where a training is resumed.
    package var facts: [(name: String, value: String)] {
        [("adapters", "rank \(rank), alpha \(alpha)\(merges ? ", merged" : "")")]
    }

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
            json.write(alpha * Double(adapters.joinedCount), for: "lora_alpha")
            json.write(0.0, for: "lora_dropout")
            json.array("modules_to_save") { json in
                for part in Folder.partsBesideAdapters { json.write(part) }
            }
            json.write("LORA", for: "peft_type")
            json.write(rank * adapters.joinedCount, for: "r")
            json.array("target_modules") { json in for target in adapters.targets.sorted() { json.write(target) } }
            if let task = Folder.adapterTask { json.write(task, for: "task_type") }
        }
        return try json.finish(path: path)
    }
}
