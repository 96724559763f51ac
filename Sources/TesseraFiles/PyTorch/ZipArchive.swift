/// The table of contents of a ZIP archive (PKWARE's APPNOTE 6.3) whose entries are stored as they are: what `torch.save` writes.
struct ZipArchive: Sendable {
    /// A file of the archive.
    struct Entry: Sendable {
        let name: String
        /// Where its own header lies, which its bytes follow.
        let headerOffset: Int
        let byteCount: Int
    }

    let file: InputFile
    /// In the order in which they lie; no name occurs twice, and none lies over another.
    let entries: [Entry]
    private let positions: [ByteKey: Int]
    /// Where the table of contents begins, and all entries have ended.
    private let directoryStart: Int

    /// - Throws: `FileError.badData` saying where the archive breaks the format, or has what `torch.save` does not write.
    init(_ file: InputFile) throws(FileError) {
        let directory = try ZipDirectory(file)
        self.file = file
        directoryStart = directory.bytes.lowerBound
        entries = try directory.entries().sorted { $0.headerOffset < $1.headerOffset }
        var positions: [ByteKey: Int] = [:]
        var end = 0
        for (position, entry) in entries.enumerated() {
            func refuse(_ cause: String) -> FileError { ZipArchive.error(file, entry.name, cause) }
            guard positions.updateValue(position, forKey: ByteKey(entry.name)) == nil else {
                throw refuse("occurs twice")
            }
            guard entry.headerOffset >= end else { throw refuse("overlaps the entry before it") }
            end = entry.headerOffset + ZipArchive.headerSize + entry.name.utf8.count + entry.byteCount
            guard end <= directoryStart else { throw refuse("ends after the table of contents begins") }
        }
        self.positions = positions
    }

    /// The entry of that name; nil when there is none.
    func entry(_ name: String) -> Entry? { positions[ByteKey(name)].map { entries[$0] } }

    /// Where the bytes of an entry lie in the file.
    ///
    /// - Throws: `FileError.badData` when its own header contradicts the table of contents.
    func bytes(of entry: Entry) throws(FileError) -> Range<Int> {
        var header = FileCursor(file, entry.headerOffset..<directoryStart)
        let what = "the entry \(entry.name.quoted)"
        guard try header.number(UInt32.self, of: what) == 0x0403_4B50 else {
            throw ZipArchive.error(file, entry.name, "has no header where the table of contents says")
        }
        try header.skip(22, of: what)
        let nameCount = Int(try header.number(UInt16.self, of: what))
        let extraCount = Int(try header.number(UInt16.self, of: what))
        guard try header.bytes(nameCount, of: what) == Array(entry.name.utf8) else {
            throw ZipArchive.error(file, entry.name, "has another name in its own header")
        }
        try header.skip(extraCount, of: what)
        guard entry.byteCount <= header.remaining else {
            throw ZipArchive.error(file, entry.name, "ends after the table of contents begins")
        }
        return header.position..<header.position + entry.byteCount
    }

    /// Of an entry's own header, without its name and what else it says.
    private static let headerSize = 30

    static func error(_ file: InputFile, _ entry: String, _ cause: String) -> FileError {
        FileError(.badData, path: file.path, cause: cause, place: "entry \(entry.quoted) of the archive")
    }
}
