public import TesseraTensor

extension Safetensors {
    /// Writes tensors as Float32, in the order given, so that readers see the old file or the complete new one.
    ///
    /// The header is padded to a multiple of 8 bytes, as the reference implementation pads it.
    ///
    /// ```swift
    /// try Safetensors.write([("features", features)], metadata: [("format", "pt")], to: "features.safetensors")
    /// ```
    ///
    /// - Throws: `FileError.cannotCreate` when the file cannot be created or two tensors bear one name,
    ///   `FileError.inputOutput` when the disk is full.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [(String, String)] = [], to path: String
    ) throws(FileError) {
        try checkNames(tensors.map(\.name), reserved: "__metadata__", path)
        try checkNames(metadata.map(\.0), reserved: nil, path)
        let header = try header(tensors, metadata, path)
        try writeAtomically(to: path) { file throws(FileError) in
            try file.write(header)
            for (_, tensor) in tensors {
                try tensor.withValues { values throws(FileError) in try file.write(UnsafeRawBufferPointer(values)) }
            }
        }
    }

    private static func checkNames(_ names: [String], reserved: String?, _ path: String) throws(FileError) {
        var seen: Set<ByteKey> = []
        for name in names where !seen.insert(ByteKey(name)).inserted || name == reserved {
            throw FileError(.cannotCreate, path: path, cause: "cannot hold the name \(name.quoted) twice")
        }
    }

    /// The length of the header, little-endian, and the header.
    private static func header(
        _ tensors: [(name: String, tensor: Tensor)], _ metadata: [(String, String)], _ path: String
    ) throws(FileError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if !metadata.isEmpty {
                json.object("__metadata__") { json in
                    for (key, value) in metadata { json.write(value, for: key) }
                }
            }
            var offset = 0
            for (name, tensor) in tensors {
                let end = offset + tensor.count * MemoryLayout<Float>.size
                json.object(name) { json in
                    json.write(ElementType.float32.rawValue, for: "dtype")
                    json.array("shape") { json in for size in tensor.shape { json.write(size) } }
                    json.array("data_offsets") { json in for bound in [offset, end] { json.write(bound) } }
                }
                offset = end
            }
        }
        var bytes = try json.finish(path: path)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8))
        let count = UInt64(bytes.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + bytes
    }
}
