#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The path with every link, `.` and `..` resolved; `nil` when there is nothing there.
func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// A name inside a folder.
package func joinPath(_ folder: String, _ name: String) -> String {
    folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
}

/// The folder a path lies in, and its last component.
package func splitPath(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
}

/// Whether `path`, both resolved, lies inside `folder`; compared by bytes.
func isPath(_ path: String, inside folder: String) -> Bool {
    let prefix = joinPath(folder, "")
    return path.utf8.count > prefix.utf8.count && path.utf8.starts(with: prefix.utf8)
}

/// Whether `name` is that of an entry of a folder, and leads nowhere else.
func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
}

/// Whether there is something at `path`, links followed.
package func pathExists(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(path, &status) == 0
}

/// Whether there is something at `path`, even a link to nothing.
func linkExists(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && lstat(path, &status) == 0
}

package func isFolder(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(path, &status) == 0 && status.isFolder
}

/// The names in a folder, sorted, without `.` and `..`; empty when it cannot be read.
package func folderContents(_ path: String) -> [String] {
    guard !path.utf8.contains(0), let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) { names.append(withEntryName(entry) { String(cString: $0) }) }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
}

/// The names in a folder, in the order of their bytes, without `.` and `..`.
///
/// - Throws: `FileError.unreadable` when it is absent, is no folder, may not be read, or holds a name that is not UTF-8.
package func readFolder(_ path: String) throws(FileError) -> [String] {
    try folderEntries(path).map { entry throws(FileError) in
        guard let name = entry.name else {
            let cause = "holds a file whose name is not UTF-8: \(entry.shownName)"
            throw FileError(.unreadable, path: path, cause: cause)
        }
        return name
    }
}

/// What stands in a folder.
package struct FolderEntry {
    fileprivate let bytes: [UInt8]
    /// Whether it is a folder, links followed.
    package let isFolder: Bool

    /// Nil where it is not UTF-8.
    package var name: String? { String(validating: bytes, as: UTF8.self) }

    package var isHidden: Bool { bytes.first == UInt8(ascii: ".") }

    /// The name, with an escape such as `\xe9` for each byte that is not UTF-8.
    package var shownName: String { escapedText(bytes) }

    /// What follows the last dot, in lower case; nothing where there is none.
    package var fileExtension: String {
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
    }
}

/// Bytes as text, with an escape such as `\xe9` for each that is not UTF-8.
package func escapedText(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
        // A character has at most four bytes.
        let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
        text += length.map { String(decoding: rest.prefix($0), as: UTF8.self) } ?? "\\x" + String(first, radix: 16)
        rest = rest.dropFirst(length ?? 1)
    }
    return text
}

/// What stands in a folder, in the order of the names' bytes, without `.` and `..`.
///
/// - Throws: `FileError.unreadable` when it is absent, is no folder, or may not be read.
package func folderEntries(_ path: String) throws(FileError) -> [FolderEntry] {
    func refuse(_ cause: String) -> FileError { FileError(.unreadable, path: path, cause: cause) }
    guard pathExists(path) else { throw refuse("does not exist") }
    guard isFolder(path) else { throw refuse("is a file, not a folder") }
    guard let folder = opendir(path) else { throw refuse(systemCause("cannot be read", errno)) }
    defer { closedir(folder) }
    var entries: [FolderEntry] = []
    while let entry = readdir(folder) {
        let (bytes, isFolder) = withEntryName(entry) { name in
            var status = stat()
            let isFolder = fstatat(dirfd(folder), name, &status, 0) == 0 && status.isFolder
            return (UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }, isFolder)
        }
        if bytes != Array(".".utf8) && bytes != Array("..".utf8) {
            entries.append(FolderEntry(bytes: bytes, isFolder: isFolder))
        }
    }
    return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
}

private func withEntryName<Result>(
    _ entry: UnsafeMutablePointer<dirent>, _ body: (UnsafePointer<CChar>) -> Result
) -> Result {
    withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee), body)
    }
}
