import TesseraFiles
import TesseraTensor

/// The embeddings of the pictures so far, for `--features`.
struct Embeddings {
    private var names: [String] = []
    private var values: [Float] = []

    mutating func add(_ name: String, _ features: [Float]) {
        names.append(name)
        values += features
    }

    /// Writes the tensor `features` `[pictures, features]`, with the pictures' names as a JSON array in the metadata's
    /// `images`; no file when no picture could be classified.
    func write(to path: String) throws(FileError) {
        guard !names.isEmpty else { return }
        var json = JSONWriter()
        json.array { json in for name in names { json.write(name) } }
        let images = String(decoding: try json.finish(path: path), as: UTF8.self)
        let features = Tensor(shape: [names.count, values.count / names.count], values)
        try Safetensors.write([("features", features)], metadata: [("images", images)], to: path)
    }
}
