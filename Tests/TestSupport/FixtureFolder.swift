internal import TesseraFiles

extension TemporaryFolder {
    /// A copy of a folder of the fixtures, without its references, to change files in.
    public convenience init(copying fixture: String) throws {
        self.init()
        let folder = Fixtures.ownPath(fixture)
        for name in folderContents(folder) where !isFolder(joinPath(folder, name)) && !name.contains("reference") {
            write(name, try InputFile(joinPath(folder, name)).contents(limit: 1 << 24))
        }
    }

    /// Reads this folder of a model with each damage to one of its files; see `DamageSweep`.
    ///
    /// - Parameter bytes: of the file where it is sound; as it is in the folder where nil.
    public func sweep(
        _ name: String, _ bytes: [UInt8]? = nil, changes: Int = 1500, isText: Bool = true, read: (String) throws -> Void
    ) throws {
        let sound = try bytes ?? InputFile(file(name)).contents(limit: 1 << 24)
        try DamageSweep.run(name, sound, changes: changes, isText: isText) { damaged in
            write(name, damaged)
            try read(path)
        }
        write(name, sound)
    }
}
