internal import ArgumentParser
public import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Refuses outputs that would overwrite an input or each other, whatever they are called, before any work is done.
///
/// - Parameters:
///   - outputs: the files to write.
///   - inputs: the files to read; `-` and files that are absent are no obstacle.
/// - Throws: `ValidationError` (exit code 64) naming the file.
public func requireDistinct(outputs: [String], inputs: [String]) throws {
    let sources = Set(inputs.compactMap { FileIdentity(existing: $0) })
    var seen: Set<FileIdentity> = []
    for output in outputs {
        let identity = FileIdentity(existing: output) ?? FileIdentity(new: output)
        if sources.contains(identity) { throw ValidationError("\(output): the output is also an input.") }
        if !seen.insert(identity).inserted { throw ValidationError("\(output): two outputs have this name.") }
    }
}

/// Refuses outputs that could not be created, before any work is done for them.
///
/// - Throws: `FileError` of kind `cannotCreate` naming the first.
public func requireCreatable(_ outputs: [String]) throws(FileError) {
    for output in outputs {
        var status = stat()
        let folder = splitPath(output).folder
        if stat(output, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw FileError(.cannotCreate, path: output, cause: "is not a regular file")
        }
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(.cannotCreate, path: output, cause: "cannot be created: there is no folder \(folder)")
        }
        guard access(folder, W_OK) == 0 else {
            throw FileError(
                .cannotCreate, path: output, cause: "cannot be created: \(String(cString: strerror(errno)))")
        }
    }
}

/// Which file a path leads to, through links and dots: the file itself when it exists, else its folder and its name.
private struct FileIdentity: Hashable {
    let device: UInt64
    let node: UInt64
    let newName: String?

    init?(existing path: String) {
        self.init(path, newName: nil)
    }

    /// A file that does not exist yet. Where its folder does not either, it is known by its path alone.
    init(new path: String) {
        let (folder, name) = splitPath(path)
        if let identity = FileIdentity(folder, newName: name) {
            self = identity
        } else {
            (device, node, newName) = (0, 0, path)
        }
    }

    private init?(_ path: String, newName: String?) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        node = UInt64(truncatingIfNeeded: status.st_ino)
        self.newName = newName
    }
}
