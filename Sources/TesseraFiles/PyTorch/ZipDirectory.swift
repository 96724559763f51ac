/// Where the table of contents of a ZIP archive lies, as its end says, and what stands in it.
struct ZipDirectory {
    /// Where it lies.
    private(set) var bytes: Range<Int>
    private let file: InputFile
    private let count: Int
    private static let endSize = 22
    private static let byteLimit = 64 << 20

    init(_ file: InputFile) throws(FileError) {
        self.file = file
        let end = try ZipDirectory.end(of: file)
        var cursor = FileCursor(file, end..<file.byteCount)
        let what = "the end of the archive"
        try cursor.skip(10, of: what)
        var count = UInt64(try cursor.number(UInt16.self, of: what))
        var size = UInt64(try cursor.number(UInt32.self, of: what))
        var start = UInt64(try cursor.number(UInt32.self, of: what))
        var limit = end
        if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
            limit = try ZipDirectory.largeEnd(of: file, before: end)
            cursor = FileCursor(file, limit..<end)
            try cursor.skip(32, of: what)
            count = try cursor.number(of: what)
            size = try cursor.number(of: what)
            start = try cursor.number(of: what)
        }
        guard size <= UInt64(limit), start <= UInt64(limit) - size else {
            throw ZipDirectory.error(file, "says that its table of contents lies outside of it")
        }
        guard size <= ZipDirectory.byteLimit, count <= size / 46 else {
            throw ZipDirectory.error(file, "claims \(count) entries in a table of contents of \(size) bytes")
        }
        (bytes, self.count) = (Int(start)..<Int(start + size), Int(count))
    }

    /// The entries, in the order of the table.
    func entries() throws(FileError) -> [ZipArchive.Entry] {
        var cursor = FileCursor(file, bytes)
        var entries: [ZipArchive.Entry] = []
        for _ in 0..<count { entries.append(try entry(&cursor)) }
        guard cursor.remaining == 0 else {
            throw ZipDirectory.error(
                file, "has \(cursor.remaining) bytes in its table of contents that belong to no entry")
        }
        return entries
    }

    private func entry(_ cursor: inout FileCursor) throws(FileError) -> ZipArchive.Entry {
        let what = "the archive's table of contents"
        guard try cursor.number(UInt32.self, of: what) == 0x0201_4B50 else {
            throw ZipDirectory.error(file, "has something other than an entry in its table of contents")
        }
        try cursor.skip(4, of: what)
        let flags = try cursor.number(UInt16.self, of: what)
        let method = try cursor.number(UInt16.self, of: what)
        try cursor.skip(8, of: what)
        var sizes = [
            UInt64(try cursor.number(UInt32.self, of: what)), UInt64(try cursor.number(UInt32.self, of: what)), 0,
        ]
        let nameCount = Int(try cursor.number(UInt16.self, of: what))
        let extraCount = Int(try cursor.number(UInt16.self, of: what))
        let commentCount = Int(try cursor.number(UInt16.self, of: what))
        try cursor.skip(8, of: what)
        sizes[2] = UInt64(try cursor.number(UInt32.self, of: what))
        let name = try cursor.text(nameCount, of: "the name of an entry")
        try ZipDirectory.readLargeSizes(&sizes, from: &cursor, count: extraCount)
        try cursor.skip(commentCount, of: what)
        guard flags & 1 == 0, method == 0, sizes[0] == sizes[1] else {
            throw ZipArchive.error(file, name, "is compressed or encrypted, which torch.save does not do")
        }
        guard sizes[0] <= UInt64(bytes.lowerBound), sizes[2] <= UInt64(bytes.lowerBound) else {
            throw ZipArchive.error(file, name, "ends after the end of the file, which may have been cut")
        }
        return .init(name: name, headerOffset: Int(sizes[2]), byteCount: Int(sizes[0]))
    }

    /// Sizes of 4 GB and more stand behind the name: those whose 32 bits are all ones (APPNOTE 4.5.3).
    ///
    /// - Parameter sizes: stored, original, offset; in the file the second stands first.
    private static func readLargeSizes(
        _ sizes: inout [UInt64], from cursor: inout FileCursor, count: Int
    ) throws(FileError) {
        let what = "what is said of an entry"
        guard count <= cursor.remaining else { throw cursor.error("ends within \(what)") }
        let end = cursor.position + count
        while end - cursor.position >= 4 {
            let kind = try cursor.number(UInt16.self, of: what)
            let fieldEnd = cursor.position + 2 + Int(try cursor.number(UInt16.self, of: what))
            guard fieldEnd <= end else { throw cursor.error("has a field that is longer than \(what)") }
            for index in [1, 0, 2] where kind == 1 && sizes[index] == 0xFFFF_FFFF && fieldEnd - cursor.position >= 8 {
                sizes[index] = try cursor.number(of: what)
            }
            try cursor.skip(fieldEnd - cursor.position, of: what)
        }
        try cursor.skip(end - cursor.position, of: what)
    }

    /// Where the record lies that ends every archive; a comment may follow it.
    private static func end(of file: InputFile) throws(FileError) -> Int {
        let count = min(file.byteCount, endSize + 0xFFFF)
        let tail = try file.bytes(at: file.byteCount - count, count: count)
        for place in stride(from: count - endSize, through: 0, by: -1)
        where tail[place] == 0x50 && tail[place...].starts(with: [0x50, 0x4B, 5, 6]) {
            let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
            if place + endSize + comment == count { return file.byteCount - count + place }
        }
        throw error(file, "is a ZIP archive without its end: it may have been cut")
    }

    /// Where the record of a large archive lies, which a pointer of 20 bytes before the end names.
    private static func largeEnd(of file: InputFile, before end: Int) throws(FileError) -> Int {
        let what = "the end of the archive"
        guard end >= 20 + 56 else { throw error(file, "is too short for what its end says") }
        var cursor = FileCursor(file, end - 20..<end)
        guard try cursor.number(UInt32.self, of: what) == 0x0706_4B50 else {
            throw error(file, "does not say where its table of contents lies")
        }
        try cursor.skip(4, of: what)
        let place = try cursor.number(UInt64.self, of: what)
        guard place <= UInt64(end - 20 - 56) else { throw error(file, "says that its end lies outside of it") }
        var record = FileCursor(file, Int(place)..<end)
        guard try record.number(UInt32.self, of: what) == 0x0606_4B50 else {
            throw error(file, "does not say where its table of contents lies")
        }
        return Int(place)
    }

    private static func error(_ file: InputFile, _ cause: String) -> FileError {
        FileError(.badData, path: file.path, cause: cause)
    }
}
