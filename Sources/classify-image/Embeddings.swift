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
        let features = Tensor(shape: [names.count, values.count / names.count], values)
        try Embeddings.write(features, of: names, as: "images", to: path)
    }

    /// Writes the tensor `features`, with the names of its rows as a JSON array in the metadata's `key`.
    static func write(_ features: Tensor, of names: [String], as key: String, to path: String) throws(FileError) {
        var json = JSONWriter()
        json.array { json in for name in names { json.write(name) } }
        let list = String(decoding: try json.finish(path: path), as: UTF8.self)
        try Safetensors.write([("features", features)], metadata: [(key, list)], to: path)
    }
}
