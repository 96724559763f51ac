#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The path with every link, `.` and `..` resolved; `nil`, and `errno` says why, when there is nothing there or it cannot be told.
func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = systemResolve(path) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// The path with every link, `.` and `..` resolved; `nil` when there is nothing there, or it may not be looked at.
///
/// - Throws: `FileError` when it cannot be told: whoever asks whether a path leads out of a folder needs an answer.
package func resolvedPath(_ path: String) throws(FileError) -> String? {
    if let resolved = realPath(path) { return resolved }
    guard path.utf8.contains(0) || meansAbsence(errno) || errno == EACCES || errno == EPERM else {
        throw FileError(.inputOutput, path: path, cause: systemCause("cannot be looked at", errno))
    }
    return nil
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

/// Whether a path leads to a file of a folder, or of one inside it, and no further.
func isPlainPath(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isPlainName(String($0)) }
}

/// Whether there is something at `path`, links followed; yes, too, where it cannot be told: to open it says what is wrong.
package func pathExists(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && (systemStatus(path, &status) == 0 || !meansAbsence(errno))
}

/// Whether there is something at `path`, even a link to nothing.
///
/// - Throws: `FileError` when it cannot be told: what cannot be looked at is not absent.
func linkExists(_ path: String) throws(FileError) -> Bool {
    var status = stat()
    guard !path.utf8.contains(0) else { return false }
    return try isPresent(path, systemLinkStatus(path, &status))
}

/// Whether there is a folder at `path`; no, too, where it cannot be told: for those who open it next.
package func isFolder(_ path: String) -> Bool { (try? isExistingFolder(path)) ?? false }

/// Whether there is a folder at `path`, links followed.
///
/// - Throws: `FileError` when it cannot be told.
package func isExistingFolder(_ path: String) throws(FileError) -> Bool {
    var status = stat()
    guard !path.utf8.contains(0) else { return false }
    return try isPresent(path, systemStatus(path, &status)) && status.isFolder
}

private func isPresent(_ path: String, _ result: Int32) throws(FileError) -> Bool {
    guard result != 0 else { return true }
    guard meansAbsence(errno) else {
        let kind: FileError.Kind = errno == EACCES || errno == EPERM ? .unreadable : .inputOutput
        throw FileError(kind, path: path, cause: systemCause("cannot be looked at", errno))
    }
    return false
}

/// Whether an error number says that there is nothing of a name, and not that it cannot be told.
func meansAbsence(_ number: Int32) -> Bool { [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].contains(number) }

/// The names in a folder, sorted, without `.` and `..`; empty when it cannot be read.
package func folderContents(_ path: String) -> [String] {
    guard !path.utf8.contains(0), let folder = systemOpenFolder(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = systemReadFolder(folder) { names.append(withEntryName(entry) { String(cString: $0) }) }
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
    guard try isExistingFolder(path) else {
        throw refuse(pathExists(path) ? "is a file, not a folder" : "does not exist")
    }
    guard let folder = systemOpenFolder(path) else { throw refuse(systemCause("cannot be read", errno)) }
    defer { closedir(folder) }
    var entries: [FolderEntry] = []
    while let entry = systemReadFolder(folder) {
        let bytes = withEntryName(entry) { name in
            UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
        }
        guard bytes != Array(".".utf8), bytes != Array("..".utf8) else { continue }
        guard let leadsToFolder = withEntryName(entry, { isFolder($0, in: folder) }) else {
            let cause = systemCause("cannot be looked at", errno)
            throw FileError(.inputOutput, path: joinPath(path, escapedText(bytes)), cause: cause)
        }
        entries.append(FolderEntry(bytes: bytes, isFolder: leadsToFolder))
    }
    guard errno == 0 else { throw refuse(systemCause("cannot be read", errno)) }
    return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
}

/// Whether an entry is a folder, links followed; nil when the disk does not tell. What may not be looked at is none.
private func isFolder(_ name: UnsafePointer<CChar>, in folder: FolderStream) -> Bool? {
    var status = stat()
    if systemStatus(folder, name, &status) == 0 { return status.isFolder }
    return meansAbsence(errno) || errno == EACCES || errno == EPERM ? false : nil
}

private func withEntryName<Result>(
    _ entry: UnsafeMutablePointer<dirent>, _ body: (UnsafePointer<CChar>) -> Result
) -> Result {
    withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee), body)
    }
}
