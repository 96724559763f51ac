package import TesseraTensor

/// The tensors that follow one another to the end of a file of whisper.cpp and other programs of early ggml, before GGUF: of each its
/// sizes, its type and its name, and its elements.
package struct GGMLTensors: TensorContainer {
    private struct Entry: Sendable {
        let name: String
        let type: GGMLType
        let shape: [Int]
        let offset: Int
        let count: Int
    }

    package let path: String
    package var names: [String] { entries.map(\.name) }
    /// Whether NaN and infinite values are accepted.
    package var allowNonFinite: Bool
    private let file: InputFile
    private var entries: [Entry] = []
    private var positions: [ByteKey: Int] = [:]
    private static let nameLimit = 1024

    /// - Parameter cursor: before the first tensor.
    /// - Throws: `FileError.badData` naming the tensor that does not fit into the file, or is of a type that is not read.
    package init(_ cursor: FileCursor, allowNonFinite: Bool = false) throws(FileError) {
        (file, path, self.allowNonFinite) = (cursor.file, cursor.file.path, allowNonFinite)
        var cursor = cursor
        while cursor.remaining > 0 {
            let entry = try GGMLTensors.entry(&cursor)
            guard positions.updateValue(entries.count, forKey: ByteKey(entry.name)) == nil else {
                throw GGMLTensors.error(path, entry.name, "occurs twice")
            }
            entries.append(entry)
        }
    }

    package func shape(of name: String) -> [Int]? { positions[ByteKey(name)].map { entries[$0].shape } }

    package func readsRows(of name: String) -> Bool {
        positions[ByteKey(name)].map { entries[$0].type.elementType != nil } ?? false
    }

    package func readTensor(_ name: String) throws(FileError) -> Tensor { try readTensor(name, rows: nil) }

    package func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        let entry = try entry(name)
        if entry.type.elementType != nil {
            let elements = elements(entry)
            return try (rows.map(elements.rows) ?? elements).tensor(allowNonFinite: allowNonFinite)
        }
        let whole = try dequantized(entry)
        return rows.map { whole.rows($0) } ?? whole
    }

    /// A tensor that is held in blocks.
    private func dequantized(_ entry: Entry) throws(FileError) -> Tensor {
        var tensor = Tensor(uninitialized: entry.shape)
        var isFinite = true
        try tensor.withMutableValues { values throws(FileError) in
            try forEachChunk(entry) { blocks, range in
                let target = UnsafeMutableBufferPointer(rebasing: values[range])
                entry.type.dequantize(blocks, to: target)
                isFinite = isFinite && areFinite(UnsafeBufferPointer(target))
            }
        }
        guard isFinite || allowNonFinite else { throw elements(entry).nonFinite }
        return tensor
    }

    /// Blocks come as the Float32 that they stand for.
    package func readStored(_ name: String) throws(FileError) -> StoredTensor {
        let entry = try entry(name)
        if entry.type.elementType != nil { return try elements(entry).stored() }
        return StoredTensor(try readTensor(name))
    }

    private func entry(_ name: String) throws(FileError) -> Entry {
        guard let position = positions[ByteKey(name)] else { throw GGMLTensors.error(path, name, "is missing") }
        return entries[position]
    }

    private func elements(_ entry: Entry) -> StoredElements {
        StoredElements(
            name: entry.name, file: file, offset: entry.offset, type: entry.type.elementType ?? .uint8,
            shape: entry.shape)
    }

    /// Calls `body` with the tensor's blocks piece by piece, and with the range of elements they hold.
    private func forEachChunk(
        _ entry: Entry, _ body: (UnsafeRawBufferPointer, Range<Int>) -> Void
    ) throws(FileError) {
        let (type, step) = (entry.type, 1 << 18)
        for start in stride(from: 0, to: entry.count, by: step) {
            let range = start..<min(start + step, entry.count)
            let blocks = try file.bytes(
                at: entry.offset + start / type.blockCount * type.blockByteCount,
                count: range.count / type.blockCount * type.blockByteCount)
            blocks.withUnsafeBytes { body($0, range) }
        }
    }

    private static func entry(_ cursor: inout FileCursor) throws(FileError) -> Entry {
        let what = "what is said of a tensor"
        let start = cursor
        let (rank, nameCount) = (try cursor.number(UInt32.self, of: what), try cursor.number(UInt32.self, of: what))
        let number = try cursor.number(UInt32.self, of: what)
        guard (1...4).contains(rank), nameCount <= nameLimit else {
            throw start.error("has a tensor of \(rank) dimensions with a name of \(nameCount) bytes")
        }
        var shape: [Int] = []
        for _ in 0..<rank { shape.insert(Int(try cursor.number(UInt32.self, of: what)), at: 0) }
        let name = try cursor.text(Int(nameCount), of: "the name of a tensor")
        guard let type = GGMLType(rawValue: number) else {
            let cause =
                "is of ggml's type \(GGMLType.name(number)), which is not read; q8_0, q5_1, q5_0, q4_1, q4_0 and f16 are"
            throw error(cursor.file.path, name, cause)
        }
        guard !shape.contains(0) else { throw error(cursor.file.path, name, "has no elements: \(shape)") }
        // Sizes have 32 bits each, and there are four at most: no product of Double is far from what it stands for.
        let size = shape.reduce(Double(type.blockByteCount) / Double(type.blockCount)) { $0 * Double($1) }
        guard size <= Double(cursor.remaining) else {
            throw error(cursor.file.path, name, "of \(shape) ends after the end of the file, which may have been cut")
        }
        guard (shape.last ?? 1).isMultiple(of: type.blockCount) else {
            throw error(cursor.file.path, name, "has rows of \(shape.last ?? 1) elements, which are no whole blocks")
        }
        let count = shape.reduce(1, *)
        let entry = Entry(name: name, type: type, shape: shape, offset: cursor.position, count: count)
        try cursor.skip(count / type.blockCount * type.blockByteCount, of: "a tensor")
        return entry
    }

    private static func error(_ path: String, _ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: "tensor \(name.quoted)")
    }
}
