package import TesseraTensor

/// Tensors of another container under other names: whole, or some of their rows.
package struct RenamedTensors: TensorContainer {
    /// What a name stands for.
    package struct Source: Sendable {
        let name: String
        let rows: Range<Int>?
        let shape: [Int]?

        /// - Parameters:
        ///   - name: the tensor's in the other container.
        ///   - rows: which of its rows; all of them where nil.
        ///   - shape: that of as many elements, where the other container has another.
        package init(_ name: String, rows: Range<Int>? = nil, shape: [Int]? = nil) {
            (self.name, self.rows, self.shape) = (name, rows, shape)
        }
    }

    private let container: any TensorContainer
    private let sources: [ByteKey: Source]
    package let names: [String]
    package var path: String { container.path }

    /// - Parameter sources: by the new names, of which none occurs twice. Tensors that none of them is made of keep their names.
    package init(_ container: some TensorContainer, _ sources: [(name: String, source: Source)]) {
        let used = Set(sources.map { ByteKey($0.source.name) })
        let others = container.names.filter { !used.contains(ByteKey($0)) }
        let all = sources.filter { container.contains($0.source.name) } + others.map { ($0, Source($0)) }
        self.container = container
        names = all.map(\.name)
        self.sources = Dictionary(all.map { (ByteKey($0.name), $0.source) }, uniquingKeysWith: { first, _ in first })
    }

    package func shape(of name: String) -> [Int]? {
        guard let source = sources[ByteKey(name)], let whole = container.shape(of: source.name) else { return nil }
        guard let rows = source.rows else { return source.shape ?? whole }
        guard let count = whole.first, rows.upperBound <= count else { return nil }
        return [rows.count] + whole.dropFirst()
    }

    package func path(of name: String) -> String {
        sources[ByteKey(name)].map { container.path(of: $0.name) } ?? path
    }

    /// Not of a tensor that has another shape than in the other container.
    package func readsRows(of name: String) -> Bool {
        sources[ByteKey(name)].map { $0.shape == nil && container.readsRows(of: $0.name) } ?? false
    }

    package func readTensor(_ name: String) throws(FileError) -> Tensor {
        let (source, shape) = try source(name)
        return try container.readTensor(source.name, rows: source.rows).reshaped(shape)
    }

    package func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        guard let rows, readsRows(of: name) else {
            let whole = try readTensor(name)
            return rows.map { whole.rows($0) } ?? whole
        }
        let (source, _) = try source(name)
        let first = source.rows?.lowerBound ?? 0
        return try container.readTensor(source.name, rows: first + rows.lowerBound..<first + rows.upperBound)
    }

    package func readStored(_ name: String) throws(FileError) -> StoredTensor {
        let (source, shape) = try source(name)
        if source.rows != nil { return StoredTensor(try readTensor(name)) }
        let stored = try container.readStored(source.name)
        return StoredTensor(type: stored.type, shape: shape, bytes: stored.bytes)
    }

    private func source(_ name: String) throws(FileError) -> (Source, shape: [Int]) {
        guard let source = sources[ByteKey(name)], let shape = shape(of: name) else {
            throw FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
        }
        return (source, shape)
    }
}
