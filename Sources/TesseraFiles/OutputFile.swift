#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file being written beside its place; `writeAtomically` moves it there once it is complete.
public struct OutputFile: ~Copyable {
    /// The file as the user named it.
    public let path: String
    private let descriptor: Int32

    package init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Appends `bytes`, unbuffered: write in large pieces.
    ///
    /// - Throws: `FileError.inputOutput`, on a full disk for instance.
    public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try writeAll(bytes, to: descriptor, path: path)
    }

    /// Appends `bytes`, unbuffered: write in large pieces.
    ///
    /// - Throws: `FileError.inputOutput`, on a full disk for instance.
    public borrowing func write(_ bytes: [UInt8]) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    fileprivate borrowing func synchronize() throws(FileError) {
        guard systemSynchronize(descriptor) == 0 || errno == EINVAL else {
            throw FileError(.inputOutput, path: path, cause: systemCause("cannot be written", errno))
        }
    }
}

/// Writes a file so that readers see the old contents or the new, never half of them.
///
/// The bytes go to a temporary file in the same folder, reach the disk, and only then take the name. When `body` throws
/// or writing fails, the temporary file is removed and what was at `path` stays. Only where the name itself cannot be made to last
/// through a power cut is the new file there although an error is thrown.
///
/// ```swift
/// try writeAtomically(to: "labels.json") { file throws(FileError) in try file.write(bytes) }
/// ```
///
/// - Throws: `FileError.cannotCreate` when there is no such folder, it may not be written to, or `path` is something
///   other than a file; `FileError.inputOutput` when the disk is full; whatever `body` throws.
public func writeAtomically(
    to path: String, _ body: (borrowing OutputFile) throws(FileError) -> Void
) throws(FileError) {
    let target = try destination(path)
    let (temporary, descriptor) = try createTemporary(beside: target, for: path)
    defer { UnfinishedFiles.forget(temporary) }
    var isOpen = true
    do throws(FileError) {
        let file = OutputFile(descriptor: descriptor, path: path)
        try body(file)
        try file.synchronize()
        isOpen = false
        guard systemClose(descriptor) == 0 else {
            throw FileError(.inputOutput, path: path, cause: systemCause("cannot be written", errno))
        }
        guard systemRename(temporary, target) == 0 else {
            throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
        }
    } catch {
        if isOpen { close(descriptor) }
        _ = systemUnlink(temporary)
        throw error
    }
    try synchronizeFolder(splitPath(target).folder, for: path)  // the new name itself lasts too
}

/// Writes `bytes` as the whole of a file, as the other `writeAtomically` does.
public func writeAtomically(to path: String, _ bytes: [UInt8]) throws(FileError) {
    try writeAtomically(to: path) { file throws(FileError) in try file.write(bytes) }
}

/// Where the bytes go: `path`, or what it links to, so that a link stays a link.
private func destination(_ path: String) throws(FileError) -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else {
        throw FileError(.cannotCreate, path: path, cause: "is not the name of a file")
    }
    var status = stat()
    guard systemStatus(path, &status) == 0 else {
        guard meansAbsence(errno) else {
            throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
        }
        return path
    }
    if let cause = status.kindOtherThanRegular { throw FileError(.cannotCreate, path: path, cause: cause) }
    // Without it a link would be replaced by a file.
    guard let target = realPath(path) else {
        throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
    }
    return target
}

private func createTemporary(
    beside target: String, for path: String
) throws(FileError) -> (name: String, descriptor: Int32) {
    let (folder, name) = splitPath(target)
    // A random name and O_EXCL: two writers never share a file, and a link laid in wait is not followed. The mode is
    // an ordinary new file's, which mkstemp would not give.
    for _ in 0..<100 {
        let temporary = temporaryPath(for: name, in: folder)
        UnfinishedFiles.add(temporary)
        let descriptor = systemOpen(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor >= 0 { return (temporary, descriptor) }
        let number = errno
        UnfinishedFiles.forget(temporary)
        if number == EEXIST || number == EINTR { continue }
        let cause =
            number == ENOENT || number == ENOTDIR
            ? "cannot be created: there is no folder \(folder)" : systemCause("cannot be created", number)
        throw FileError(.cannotCreate, path: path, cause: cause)
    }
    throw FileError(.cannotCreate, path: path, cause: "cannot be created: no name for a temporary file is free")
}

/// Writes all of `bytes`, however many calls of the system that takes.
///
/// - Throws: `FileError.inputOutput`, on a full disk for instance.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
        let count = systemWrite(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count >= 0 {
            written += count
        } else if errno != EINTR {
            throw FileError(.inputOutput, path: path, cause: systemCause("cannot be written", errno))
        }
    }
}

/// A name that nothing else has, beside that of what will have its place.
func temporaryPath(for name: String, in folder: String) -> String {
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    return joinPath(folder, ".\(name.utf8.count < 200 ? name : "output").\(suffix)")
}
