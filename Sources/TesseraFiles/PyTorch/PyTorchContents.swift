/// What the archive of a `torch.save` holds: its pickle read, and the dictionary of tensors found in it.
struct PyTorchContents {
    let archive: ZipArchive
    let objects: PickleObjects
    /// The value that was saved.
    let top: PickleValue
    /// By name, in their order.
    let tensors: [(name: String, tensor: PyTorchTensor)]
    /// The name that all entries of the archive begin with: `archive/`.
    private let prefix: String

    init(_ file: InputFile) throws(FileError) {
        try PyTorchContents.refuseOtherFormats(file)
        archive = try ZipArchive(file)
        let pickles = archive.entries.filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
        guard pickles.count == 1 else {
            let cause = "is a ZIP archive with \(pickles.count) files 'data.pkl', and so not torch.save's"
            throw FileError(.badData, path: file.path, cause: cause)
        }
        prefix = String(pickles[0].name.dropLast("data.pkl".count))
        if archive.entry(prefix + "constants.pkl") != nil {
            let cause = "is a TorchScript program, which is not run: save the model's state_dict() with torch.save"
            throw FileError(.badData, path: file.path, cause: cause)
        }
        try PyTorchContents.checkByteOrder(archive, prefix)
        var reader = try PickleReader(file, try archive.bytes(of: pickles[0]))
        top = try reader.read()
        objects = reader.objects
        tensors = try PyTorchContents.tensors(top, objects, path: file.path)
    }

    /// Where the numbers of a storage lie.
    ///
    /// - Parameter place: of the tensor that they are of, for the error.
    func bytes(of storage: PyTorchStorage, _ place: String) throws(FileError) -> Range<Int> {
        let name = "\(prefix)data/\(storage.key)"
        guard let entry = archive.entry(name) else {
            let cause = "has its numbers in \(name.quoted), which the archive lacks"
            throw FileError(.badData, path: archive.file.path, cause: cause, place: place)
        }
        return try archive.bytes(of: entry)
    }

    private static func tensors(
        _ top: PickleValue, _ objects: PickleObjects, path: String
    ) throws(FileError) -> [(name: String, tensor: PyTorchTensor)] {
        let nested = ["model_state_dict", "state_dict"].lazy.compactMap { objects.member($0, of: top) }.first
        guard case .dictionary(let place) = nested ?? top else {
            throw FileError(.badData, path: path, cause: "holds \((nested ?? top).kind), not a dictionary of tensors")
        }
        var tensors: [(name: String, tensor: PyTorchTensor)] = []
        for (key, value) in objects.dictionaries[place] {
            guard case .string(let name) = key else {
                throw FileError(.badData, path: path, cause: "has \(key.kind) in place of a tensor's name")
            }
            guard case .tensor(let position) = value else {
                let cause = "is \(value.kind), where a tensor belongs"
                throw FileError(.badData, path: path, cause: cause, place: "entry \(name.quoted)")
            }
            tensors.append((name, objects.tensors[position]))
        }
        return tensors
    }

    private static func checkByteOrder(_ archive: ZipArchive, _ prefix: String) throws(FileError) {
        guard let entry = archive.entry(prefix + "byteorder") else { return }
        let bytes = try archive.bytes(of: entry)
        let order = try archive.file.bytes(at: bytes.lowerBound, count: min(bytes.count, 16))
        guard order == Array("little".utf8) else {
            throw ZipArchive.error(archive.file, entry.name, "does not say 'little': the highest byte comes first")
        }
    }

    private static func refuseOtherFormats(_ file: InputFile) throws(FileError) {
        let start = try file.bytes(at: 0, count: min(file.byteCount, ForeignFormat.prefixCount))
        if start.starts(with: ForeignFormat.zipMagic) { return }
        let known = ForeignFormat.cause(start, path: file.path, insteadOf: "a PyTorch file")
        throw FileError(.badData, path: file.path, cause: known ?? "is not what torch.save writes: no ZIP archive")
    }
}
