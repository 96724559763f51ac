internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

/// Everything a training needs to go on, as it is kept on disk.
struct TrainingSnapshot: Sendable {
    var state: TrainingState
    var settings: [(name: String, value: String)]
    /// The weights, their average and the optimiser's moments, by the names of their files.
    var tensors: [(name: String, parameters: Parameters)]
}

/// The folder of a training's snapshots, `checkpoints`: in it `step-00001234` with `weights.safetensors`,
/// `average.safetensors`, a file for each of the optimiser's moments, `state.json` and `checksums.json`.
///
/// A snapshot has its name only once all of it has reached the disk. The last two are kept: should the newest be damaged,
/// the one before is used.
struct TrainingSnapshots: Sendable {
    let folder: String

    /// - Throws: `FileError.cannotCreate` when there can be no such folder.
    init(in output: String) throws(FileError) {
        folder = joinPath(output, "checkpoints")
        try createFolder(folder)
    }

    func save(_ snapshot: TrainingSnapshot) throws(FileError) {
        try writeFolderAtomically(to: path(ofStep: snapshot.state.step)) { folder throws(FileError) in
            for (name, parameters) in snapshot.tensors {
                try Safetensors.write(
                    Array(zip(parameters.names, parameters.tensors)).map { (name: $0, tensor: $1) },
                    to: joinPath(folder, name + ".safetensors"))
            }
            let path = joinPath(folder, "state.json")
            try writeAtomically(to: path, try Self.json(snapshot, path: path))
            try Checksums.write(folder)
        }
        try removeOld()
    }

    /// The newest snapshot that can be read; nil when there is none. Damaged ones are renamed and reported.
    ///
    /// - Throws: what is wrong with the newest one, when none can be read.
    func newest(warn: (String) -> Void) throws(FileError) -> TrainingSnapshot? {
        try removeOld()
        var failures: [(name: String, error: FileError)] = []
        for name in try names().reversed() {
            do throws(FileError) {
                let snapshot = try Self.read(joinPath(folder, name))
                for (name, error) in failures {
                    warn("\(error); the training goes on from step \(snapshot.state.step)")
                    try renameFolder(joinPath(folder, name), to: joinPath(folder, "damaged-" + name))
                }
                return snapshot
            } catch {
                failures.append((name, error))
            }
        }
        if let first = failures.first { throw first.error }
        return nil
    }

    /// All but the last two, and what interrupted programs left behind.
    private func removeOld() throws(FileError) {
        removeLeftovers(of: Self.prefix, in: folder)
        removeLeftovers(of: BestWeights.name, in: folder)
        for name in try names().dropLast(2) { try removeFolder(joinPath(folder, name)) }
    }

    private static let prefix = "step-"

    /// Oldest first.
    private func names() throws(FileError) -> [String] {
        try folderEntries(folder).compactMap(\.name)
            .filter { $0.hasPrefix(Self.prefix) && Int($0.dropFirst(Self.prefix.count)) != nil }
            .sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    private func path(ofStep step: Int) -> String {
        let digits = String(step)
        return joinPath(folder, Self.prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
    }

    private static func json(_ snapshot: TrainingSnapshot, path: String) throws(FileError) -> [UInt8] {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            snapshot.state.write(to: &json)
            json.object("settings") { json in
                for (name, value) in snapshot.settings { json.write(value, for: name) }
            }
        }
        return try json.finish(path: path)
    }

    private static func read(_ folder: String) throws(FileError) -> TrainingSnapshot {
        try Checksums.verify(folder)
        let json = try JSONObject.read(joinPath(folder, "state.json"))
        var settings: [(name: String, value: String)] = []
        if let object = try json.object("settings") {
            for name in object.keys { settings.append((name, try object.string(name))) }
        }
        var tensors: [(name: String, parameters: Parameters)] = []
        for file in try readFolder(folder) where file.hasSuffix(".safetensors") {
            let parameters = try Parameters(Safetensors(joinPath(folder, file)))
            tensors.append((String(file.dropLast(".safetensors".count)), parameters))
        }
        return TrainingSnapshot(state: try TrainingState(json), settings: settings, tensors: tensors)
    }
}

extension Parameters {
    /// Every tensor of a file.
    init(_ file: Safetensors) throws(FileError) {
        self.init()
        for name in file.names {
            names.append(name)
            tensors.append(try file.readTensor(name))
        }
    }
}
