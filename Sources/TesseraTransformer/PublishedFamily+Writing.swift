package import TesseraFiles
package import TesseraLayers
package import TesseraTensor

/// The names of the files that every model's folder of the hub holds: its configuration and its weights.
package let hubFileNames = ["config.json", "model.safetensors"]

/// Writes a folder's weights, atomically.
///
/// - Throws: `FileError` when the file cannot be written.
package func writeWeights(_ tensors: [(name: String, tensor: Tensor)], to folder: String) throws(FileError) {
    try Safetensors.write(tensors, metadata: [("format", "pt")], to: joinPath(folder, hubFileNames[1]))
}

extension PublishedFamily {
    /// Writes a trained model's folder in the hub's layout, each file atomically and the weights last: whoever finds them finds
    /// all of the model.
    ///
    /// - Parameters:
    ///   - config: config.json; what it says of the numbers' type is replaced, since Float32 is written.
    ///   - companions: names of files that are carried over from `source` as they are, where they are there.
    ///   - folder: one that exists.
    /// - Throws: `FileError` when a file cannot be read or written.
    package static func write(
        _ model: Trainable<Network>, _ config: JSONObject, carryingOver companions: [String] = [],
        from source: ModelFolder? = nil, to folder: String
    ) throws(FileError) {
        try writeSettings(config, carryingOver: companions, from: source, to: folder)
        try writeWeights(checkpointTensors(of: model), to: folder)
    }

    /// The parameters as the family's checkpoints hold them.
    package static func checkpointTensors(of model: Trainable<Network>) -> [(name: String, tensor: Tensor)] {
        model.checkpointTensors(names: names(of: model.layers)) { checkpointShape(of: $0, $1, in: model.layers) }
    }

    /// The same without the weights.
    ///
    /// - Throws: `FileError` when a file cannot be read or written.
    package static func writeSettings(
        _ config: JSONObject, carryingOver companions: [String] = [], from source: ModelFolder? = nil, to folder: String
    ) throws(FileError) {
        for name in companions {
            guard let source, try source.contains(name) else { continue }
            try writeAtomically(to: joinPath(folder, name), try source.contents(of: name, limit: 1 << 28))
        }
        let path = joinPath(folder, hubFileNames[0])
        try writeAtomically(to: path, try writtenConfiguration(config, path: path))
    }

    /// What is written is Float32, whatever the weights were before, and of a class that this family runs.
    private static func writtenConfiguration(_ config: JSONObject, path: String) throws(FileError) -> [UInt8] {
        let kept = config.architectures.first(where: architectures.contains) ?? architectures[0]
        let replaced = ["architectures", "dtype", "torch_dtype"]
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.array("architectures") { $0.write(kept) }
            for member in config.members where !replaced.contains(member.name) {
                json.write(member.value, for: member.name)
            }
            json.write("float32", for: "dtype")
        }
        return try json.finish(path: path)
    }
}
