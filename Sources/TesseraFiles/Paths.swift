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

package func isFolder(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(path, &status) == 0 && status.isFolder
}

/// The names in a folder, sorted, without `.` and `..`; empty when it cannot be read.
package func folderContents(_ path: String) -> [String] {
    guard !path.utf8.contains(0), let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                String(cString: $0)
            }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}
