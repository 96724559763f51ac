package import TesseraTensor

/// A file that `torch.save` of PyTorch 1.6 or later wrote, open for reading: a dictionary of tensors, or one that holds such a
/// dictionary as `state_dict` or `model_state_dict`.
///
/// It is a ZIP archive of a pickle, which says what there is, and of the numbers. The pickle is read, and nothing in it is run.
package struct PyTorchFile: TensorContainer {
    package let path: String
    package let names: [String]
    /// Whether NaN and infinite values are accepted.
    package var allowNonFinite: Bool
    private let archive: ZipArchive
    private let objects: PickleObjects
    private let top: PickleValue
    private let tensors: [PyTorchTensor]
    private let positions: [ByteKey: Int]
    /// Where the numbers of each storage lie in the file.
    private let storages: [ByteKey: Range<Int>]

    /// Opens a file and checks what it says of its tensors.
    ///
    /// - Parameter allowNonFinite: Accept NaN and infinite values.
    /// - Throws: `FileError.badData` naming the byte of the pickle, the entry of the archive or the tensor that is wrong, and
    ///   saying what the file is when it is something else.
    package init(_ file: InputFile, allowNonFinite: Bool) throws(FileError) {
        let contents = try PyTorchContents(file)
        var positions: [ByteKey: Int] = [:]
        var storages: [ByteKey: Range<Int>] = [:]
        for (position, (name, tensor)) in contents.tensors.enumerated() {
            let place = "tensor \(name.quoted)"
            guard positions.updateValue(position, forKey: ByteKey(name)) == nil else {
                throw FileError(.badData, path: file.path, cause: "occurs twice", place: place)
            }
            var bytes = storages[ByteKey(tensor.storage.key)] ?? 0..<0
            if bytes.isEmpty { bytes = try contents.bytes(of: tensor.storage, place) }
            let (count, remainder) = bytes.count.quotientAndRemainder(dividingBy: tensor.storage.type.byteCount)
            guard count == tensor.storage.count, remainder == 0 else {
                let cause = "has \(bytes.count) bytes of numbers where \(tensor.storage.count) "
                throw FileError(
                    .badData, path: file.path, cause: cause + "of \(tensor.storage.type.rawValue) belong", place: place)
            }
            storages[ByteKey(tensor.storage.key)] = bytes
        }
        (path, self.allowNonFinite, self.positions, self.storages) = (file.path, allowNonFinite, positions, storages)
        (archive, objects, top) = (contents.archive, contents.objects, contents.top)
        (names, tensors) = (contents.tensors.map(\.name), contents.tensors.map(\.tensor))
    }

    package func shape(of name: String) -> [Int]? { positions[ByteKey(name)].map { tensors[$0].shape } }

    /// The whole numbers of a dictionary beside that of the tensors, by name; nil where there is none.
    package func integers(of dictionary: String) -> [String: Int]? {
        guard case .dictionary(let place)? = objects.member(dictionary, of: top) else { return nil }
        var integers: [String: Int] = [:]
        for case (.string(let name), .integer(let number)) in objects.dictionaries[place] { integers[name] = number }
        return integers
    }

    package func readsRows(of name: String) -> Bool {
        positions[ByteKey(name)].map { tensors[$0].isContiguous && !tensors[$0].shape.isEmpty } ?? false
    }

    package func readTensor(_ name: String) throws(FileError) -> Tensor { try readTensor(name, rows: nil) }

    package func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        let (tensor, elements) = try elements(name)
        if tensor.isContiguous {
            return try (rows.map(elements.rows) ?? elements).tensor(allowNonFinite: allowNonFinite)
        }
        let whole = try gathered(tensor, elements)
        return rows.map { whole.rows($0) } ?? whole
    }

    /// A tensor whose elements do not lie one after the other.
    private func gathered(_ tensor: PyTorchTensor, _ elements: StoredElements) throws(FileError) -> Tensor {
        let stored = try elements.tensor(allowNonFinite: true)
        var values: [Float] = []
        values.reserveCapacity(tensor.count)
        stored.withValues { stored in tensor.forEachPlace { values.append(stored[$0]) } }
        guard allowNonFinite || values.withUnsafeBufferPointer(areFinite) else { throw elements.nonFinite }
        return Tensor(shape: tensor.shape, values)
    }

    package func readStored(_ name: String) throws(FileError) -> StoredTensor {
        let (tensor, elements) = try elements(name)
        let stored = try elements.stored()
        if tensor.isContiguous { return stored }
        var bytes: [UInt8] = []
        let size = stored.type.byteCount
        bytes.reserveCapacity(tensor.count * size)
        tensor.forEachPlace { bytes += stored.bytes[$0 * size..<($0 + 1) * size] }
        return StoredTensor(type: stored.type, shape: tensor.shape, bytes: bytes)
    }

    /// A tensor and its elements in the file; all numbers from its first to its last where they are not its own alone.
    private func elements(_ name: String) throws(FileError) -> (PyTorchTensor, StoredElements) {
        guard let position = positions[ByteKey(name)], let bytes = storages[ByteKey(tensors[position].storage.key)]
        else {
            throw FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
        }
        let tensor = tensors[position]
        let type = tensor.storage.type
        let elements = StoredElements(
            name: name, file: archive.file, offset: bytes.lowerBound + tensor.offset * type.byteCount, type: type,
            shape: tensor.isContiguous ? tensor.shape : [tensor.span])
        return (tensor, elements)
    }
}
