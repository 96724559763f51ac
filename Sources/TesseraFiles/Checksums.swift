/// The checksums of a folder's files, in a file among them, by which damage is told from what was written.
///
/// A checksum is FNV-1a (Fowler, Noll & Vo) over words of eight bytes: every step of it is a bijection, so that no change
/// within a single word goes unseen.
package enum Checksums {
    private static let name = "checksums.json"

    /// Writes the checksums of all files in `folder`.
    package static func write(_ folder: String) throws(FileError) {
        var json = JSONWriter(indentation: 2)
        var sums: [(String, String)] = []
        for name in try readFolder(folder) where name != self.name {
            sums.append((name, try checksum(joinPath(folder, name))))
        }
        json.object { json in for (name, sum) in sums { json.write(sum, for: name) } }
        let path = joinPath(folder, name)
        try writeAtomically(to: path, try json.finish(path: path))
    }

    /// Checks that every file is there and as it was written.
    ///
    /// - Throws: `FileError.badData` or `.unreadable` naming the file that is not.
    package static func verify(_ folder: String) throws(FileError) {
        let sums = try JSONObject.read(joinPath(folder, name))
        for file in sums.keys {
            guard isPlainName(file) else { throw sums.error(file, "is not the name of a file") }
            let path = joinPath(folder, file)
            guard try checksum(path) == sums.string(file) else {
                throw FileError(.badData, path: path, cause: "is damaged: its checksum is another one")
            }
        }
    }

    private static func checksum(_ path: String) throws(FileError) -> String {
        let file = try InputFile(path)
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(file.byteCount)
        let chunk = 1 << 20
        for offset in stride(from: 0, to: file.byteCount, by: chunk) {
            let bytes = try file.bytes(at: offset, count: min(chunk, file.byteCount - offset))
            bytes.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count & ~7, by: 8) {
                    sum = (sum ^ bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)) &* 0x100_0000_01b3
                }
                for byte in bytes[(bytes.count & ~7)...] { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
            }
        }
        return String(sum, radix: 16)
    }
}
