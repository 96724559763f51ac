#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Creates a folder and those above it, where they are not there yet.
///
/// - Throws: `FileError.cannotCreate` when something else bears the name, or writing is not allowed there.
public func createFolder(_ path: String) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
        throw FileError(.cannotCreate, path: path, cause: "is not the name of a folder")
    }
    guard try !isFolderSeen(path) else { return }
    let parent = splitPath(path).folder
    if parent != path, try !isFolderSeen(parent) { try createFolder(parent) }
    guard systemCreateFolder(path) == 0 || isFolder(path) else {
        throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
    }
    try synchronizeFolder(parent, for: path)
}

/// Whether there is a folder; what may not be looked at is none, and is refused when it is created.
private func isFolderSeen(_ path: String) throws(FileError) -> Bool {
    do throws(FileError) {
        return try isExistingFolder(path)
    } catch {
        guard error.kind == .unreadable else { throw error }
        return false
    }
}

/// Writes a folder so that readers see all of its files or none: `body` fills a hidden folder beside it, which takes the name
/// `path` once everything has reached the disk. A folder that bore the name before is gone afterwards.
///
/// When `body` throws, the hidden folder is removed. A program that is killed meanwhile leaves it behind: its name is that of
/// the folder between a dot and a dot, and `removeLeftovers` takes it away.
///
/// - Parameter body: gets the path of the folder to fill with `writeAtomically`.
/// - Throws: `FileError.cannotCreate` when there is no folder around `path` or it may not be written to; what `body` throws,
///   with the final path of the file.
package func writeFolderAtomically(
    to path: String, _ body: (String) throws(FileError) -> Void
) throws(FileError) {
    let hidden = hiddenPath(beside: path)
    guard systemCreateFolder(hidden) == 0 else {
        throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
    }
    do throws(FileError) {
        try body(hidden)
        try synchronizeFolder(hidden, for: path)
        let old = try moveAside(path)
        guard systemRename(hidden, path) == 0 else {
            let cause = systemCause("cannot be created", errno)
            if let old { _ = systemRename(old, path) }
            throw FileError(.cannotCreate, path: path, cause: cause)
        }
    } catch {
        removeTree(hidden)
        guard isPath(error.path, inside: hidden) else { throw error }
        let shown = path + String(decoding: error.path.utf8.dropFirst(hidden.utf8.count), as: UTF8.self)
        throw FileError(error.kind, path: shown, cause: error.cause, place: error.place)
    }
    try synchronizeFolder(splitPath(path).folder, for: path)
    removeLeftovers(of: splitPath(path).name, in: splitPath(path).folder)
}

/// Removes a folder with all it holds; a program that is killed meanwhile leaves the whole folder or a hidden leftover.
package func removeFolder(_ path: String) throws(FileError) {
    _ = try moveAside(path)
    removeLeftovers(of: splitPath(path).name, in: splitPath(path).folder)
}

/// Gives a folder another name beside its own; what bears that name already is removed.
package func renameFolder(_ path: String, to newPath: String) throws(FileError) {
    try removeFolder(newPath)
    guard systemRename(path, newPath) == 0 else {
        throw FileError(.inputOutput, path: path, cause: systemCause("cannot be renamed", errno))
    }
}

/// Removes what interrupted programs left of the files and folders in `folder` whose names begin with `prefix`. What cannot be
/// removed is in nobody's way, and is tried again next time.
package func removeLeftovers(of prefix: String, in folder: String) {
    for name in folderContents(folder) where name.utf8.starts(with: ".\(prefix)".utf8) {
        removeTree(joinPath(folder, name))
    }
}

/// Gives what is at `path` a hidden name, from which it can be deleted piece by piece, or come back; nil where nothing is there.
private func moveAside(_ path: String) throws(FileError) -> String? {
    let hidden = hiddenPath(beside: path)
    if systemRename(path, hidden) == 0 { return hidden }
    guard meansAbsence(errno) else {
        throw FileError(.inputOutput, path: path, cause: systemCause("cannot be removed", errno))
    }
    return nil
}

private func hiddenPath(beside path: String) -> String {
    let (folder, name) = splitPath(path)
    return joinPath(folder, ".\(name).\(String(UInt64.random(in: .min ... .max), radix: 36))")
}

private func removeTree(_ path: String) {
    var status = stat()
    if systemLinkStatus(path, &status) == 0, status.isFolder {
        for name in folderContents(path) { removeTree(joinPath(path, name)) }
        _ = systemRemoveFolder(path)
    } else {
        _ = systemUnlink(path)
    }
}

/// Makes the names in a folder last through a power cut, where the file system can and the folder may be read.
///
/// - Parameter path: what was written, for errors.
/// - Throws: `FileError.inputOutput` when the disk fails.
func synchronizeFolder(_ folder: String, for path: String) throws(FileError) {
    let descriptor = systemOpen(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let status = descriptor < 0 ? -1 : systemSynchronize(descriptor)
    let number = errno
    if descriptor >= 0 { close(descriptor) }
    guard status == 0 || [EACCES, EPERM, EINVAL, EBADF, ENOTSUP].contains(number) else {
        throw FileError(.inputOutput, path: path, cause: systemCause("cannot be written", number))
    }
}
