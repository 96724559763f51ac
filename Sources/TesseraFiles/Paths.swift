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
    return entryNames(folder) { String(cString: $0) }.allPresent().sorted()
}

/// The names in a folder, in the order of their bytes, without `.` and `..`.
///
/// - Throws: `FileError.unreadable` when it is absent, is no folder, may not be read, or holds a name that is not UTF-8.
package func readFolder(_ path: String) throws(FileError) -> [String] {
    func refuse(_ cause: String) -> FileError { FileError(.unreadable, path: path, cause: cause) }
    guard pathExists(path) else { throw refuse("does not exist") }
    guard isFolder(path) else { throw refuse("is a file, not a folder") }
    guard let folder = opendir(path) else { throw refuse(systemCause("cannot be read", errno)) }
    defer { closedir(folder) }
    let names = entryNames(folder) { String(validatingCString: $0) }
    guard names.allSatisfy({ $0 != nil }) else { throw refuse("holds a file whose name is not UTF-8") }
    return names.allPresent().sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

private func entryNames(_ folder: OpaquePointer, _ text: (UnsafePointer<CChar>) -> String?) -> [String?] {
    var names: [String?] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee), text)
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}
