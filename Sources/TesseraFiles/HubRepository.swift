#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The folder of a repository in the hub's cache, for a program that fetches it: the files' contents in `blobs`, each named by its hash;
/// links to them in `snapshots/COMMIT`; and in `refs` the commit that a branch or tag stood at.
///
/// What is half done is never seen: contents take their name once they are whole, and `complete` makes the links when all are there.
public struct HubRepository: Sendable {
    /// The repository's folder, which need not exist.
    public let path: String
    private let locks: String

    /// - Parameters:
    ///   - name: `owner/name`, for which `HubCache.isRepository` holds.
    ///   - cache: the folder of the cache.
    public init(_ name: String, cache: String) {
        precondition(HubCache.isRepository(name), "no name of a repository")
        let folder = HubCache.folder(ofRepository: name)
        path = joinPath(cache, folder)
        locks = joinPath(joinPath(cache, ".locks"), folder)
    }

    /// The folder of a commit's files.
    public func snapshot(_ commit: String) -> String { joinPath(joinPath(path, "snapshots"), commit) }

    /// Whether the contents of that name are there, as many bytes as they should be.
    ///
    /// - Throws: `FileError` when it cannot be told.
    public func holds(blob: String, byteCount: Int) throws(FileError) -> Bool {
        var status = stat()
        let path = blobPath(blob)
        guard systemStatus(path, &status) == 0 else {
            guard meansAbsence(errno) else {
                throw FileError(.inputOutput, path: path, cause: systemCause("cannot be looked at", errno))
            }
            return false
        }
        return status.kindOtherThanRegular == nil && status.st_size == byteCount
    }

    /// The bytes of a blob that are there already, whole or begun.
    public func bytesPresent(ofBlob blob: String, byteCount: Int) throws(FileError) -> Int {
        if try holds(blob: blob, byteCount: byteCount) { return byteCount }
        return min(byteCount, try PartialFile.byteCount(blobPath(blob) + ".incomplete"))
    }

    /// Opens what there is of a blob, to go on with it.
    ///
    /// - Returns: nil while another program, `hf` for instance, is fetching the same, or when it has.
    /// - Throws: `FileError.cannotCreate` when the cache may not be written to.
    public func begin(blob: String, byteCount: Int) throws(FileError) -> PartialFile? {
        try createFolder(joinPath(path, "blobs"))
        try createFolder(locks)
        guard let lock = try FileLock(joinPath(locks, blob + ".lock")) else { return nil }
        guard try !holds(blob: blob, byteCount: byteCount) else { return nil }
        return try PartialFile(blobPath(blob), lock: lock)
    }

    /// Makes the links of a commit, which is whole with them, and then lets `revision` stand at it.
    ///
    /// - Parameters:
    ///   - files: the path of each file in the repository, of plain names, with the blob that it holds.
    ///   - revision: what was asked for; nothing is noted of a commit that was asked for by itself.
    /// - Throws: `FileError` when a file's path leads out of the snapshot, or the cache may not be written to.
    public func complete(
        _ commit: String, files: [(path: String, blob: String)], revision: String
    ) throws(FileError) {
        let snapshot = snapshot(commit)
        for file in files {
            let path = try inside(snapshot, file.path)
            try createFolder(splitPath(path).folder)
            let above = String(repeating: "../", count: file.path.split(separator: "/").count + 1)
            try makeLink(path, to: above + "blobs/" + file.blob)
        }
        try synchronizeFolder(snapshot, for: snapshot)
        guard revision != commit else { return }
        let reference = try inside(joinPath(path, "refs"), revision)
        try createFolder(splitPath(reference).folder)
        try writeAtomically(to: reference, Array(commit.utf8))
    }

    /// Refuses what the disk has no room for.
    ///
    /// - Throws: `FileError.cannotCreate` when fewer than `byteCount` bytes are free.
    public func requireSpace(_ byteCount: Int) throws(FileError) {
        try createFolder(path)
        var status = statvfs()
        // Where it cannot be told, writing will.
        guard systemFreeSpace(path, &status) == 0 else { return }
        let (free, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        guard !overflows, free < UInt64(max(0, byteCount)) else { return }
        let cause = "cannot be created: \(byteCount) bytes are needed, and \(free) are free on the disk"
        throw FileError(.cannotCreate, path: path, cause: cause)
    }

    private func blobPath(_ blob: String) -> String {
        precondition(isPlainName(blob), "a blob's name leads out of the folder")
        return joinPath(joinPath(path, "blobs"), blob)
    }

    private func inside(_ folder: String, _ path: String) throws(FileError) -> String {
        guard isPlainPath(path)
        else {
            throw FileError(
                .badData, path: folder, cause: "names the file \(path.quoted), which is not inside the folder")
        }
        return joinPath(folder, path)
    }
}

/// Makes `path` a link to `target` at once, whatever bore the name before; a link that leads there stays.
private func makeLink(_ path: String, to target: String) throws(FileError) {
    guard readLink(path) != target else { return }
    let (folder, name) = splitPath(path)
    let temporary = temporaryPath(for: name, in: folder)
    UnfinishedFiles.add(temporary)
    defer { UnfinishedFiles.forget(temporary) }
    guard systemLink(target, temporary) == 0, systemRename(temporary, path) == 0 else {
        let number = errno
        _ = systemUnlink(temporary)
        throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", number))
    }
}

/// What a link says; nil for what is none.
private func readLink(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
        let count = systemReadLink(path, buffer)
        guard (0..<buffer.count).contains(count) else { return nil }
        return String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
