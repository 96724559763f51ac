public import TesseraFiles
internal import TesseraTensor

extension ImageIndex {
    /// Reads an index that `write(to:)` wrote: the tensor `features` `[pictures, size]`, and in the metadata `images` and `states`, the
    /// names and states of the files as JSON arrays, and `model`.
    ///
    /// - Throws: `FileError` when the file cannot be read or holds no index.
    public init(_ path: String) throws(FileError) {
        let file = try Safetensors(path)
        func metadata(_ key: String) throws(FileError) -> String {
            guard let value = file.metadata.first(where: { $0.0 == key })?.1 else {
                throw FileError(.badData, path: path, cause: "is no index of pictures: its metadata lack \(key.quoted)")
            }
            return value
        }
        let names = try jsonTexts(Array(try metadata("images").utf8), path: path)
        let states = try jsonTexts(Array(try metadata("states").utf8), path: path).compactMap { FileState($0[...]) }
        let features = try file.readTensor("features")
        let contradiction = FileError(
            .badData, path: path,
            cause: "contradicts itself: \(names.count) names, \(states.count) states, features of \(features.shape)")
        guard features.rank == 2, features.shape[0] == names.count, states.count == names.count else {
            throw contradiction
        }
        self.init(
            model: try metadata("model"), names: names, states: states, size: features.shape[1],
            embeddings: features.values)
        guard hasDistinctNames else { throw contradiction }
    }

    /// Writes the index, so that readers see the old one or the complete new one.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(to path: String) throws(FileError) {
        func list(_ texts: [String]) throws(FileError) -> String {
            var json = JSONWriter()
            json.array { json in for text in texts { json.write(text) } }
            return String(decoding: try json.finish(path: path), as: UTF8.self)
        }
        try Safetensors.write(
            [("features", Tensor(shape: [count, size], embeddings))],
            metadata: [
                ("images", try list(names)), ("states", try list(states.map(\.description))), ("model", model),
            ],
            to: path)
    }
}
