#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file that comes piece by piece, perhaps over several runs, as `NAME.incomplete`, and gets its name when it is whole.
///
/// An interrupted program leaves it: the next one goes on.
public final class PartialFile: Sendable {
    /// The name that it will have.
    public let path: String
    private let temporary: String
    private let descriptor: Int32
    private let lock: FileLock

    init(_ path: String, lock: FileLock) throws(FileError) {
        (self.path, self.lock, temporary) = (path, lock, path + ".incomplete")
        descriptor = systemOpen(temporary, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: temporary, cause: systemCause("cannot be created", errno))
        }
        var status = stat()
        let isKnown = systemStatus(descriptor, &status) == 0
        let cause = isKnown ? status.kindOtherThanRegular : systemCause("cannot be created", errno)
        if let cause {
            close(descriptor)
            throw FileError(.cannotCreate, path: temporary, cause: cause)
        }
    }

    deinit { close(descriptor) }

    /// How many bytes are there.
    public var byteCount: Int {
        get throws(FileError) {
            var status = stat()
            guard systemStatus(descriptor, &status) == 0 else { throw failure("cannot be read") }
            return Int(status.st_size)
        }
    }

    /// How many bytes of an unfinished file are there; none where there is none.
    static func byteCount(_ path: String) throws(FileError) -> Int {
        var status = stat()
        guard systemLinkStatus(path, &status) == 0 else {
            guard meansAbsence(errno) else {
                throw FileError(.inputOutput, path: path, cause: systemCause("cannot be looked at", errno))
            }
            return 0
        }
        return status.kindOtherThanRegular == nil ? Int(status.st_size) : 0
    }

    /// Hands over what is there, in pieces.
    public func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) throws(FileError) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { chunk.deallocate() }
        var offset = 0
        while true {
            let count = systemRead(descriptor, chunk.baseAddress!, chunk.count, at: off_t(offset))
            if count == 0 { return }
            if count > 0 {
                body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                offset += count
            } else if errno != EINTR {
                throw failure("cannot be read")
            }
        }
    }

    /// Appends bytes.
    ///
    /// - Throws: `FileError.inputOutput`, on a full disk for instance; what was there stays.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try writeAll(bytes, to: descriptor, path: temporary)
    }

    /// Appends bytes.
    ///
    /// - Throws: `FileError.inputOutput`, on a full disk for instance; what was there stays.
    public func append(_ bytes: [UInt8]) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try append(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Begins anew.
    public func clear() throws(FileError) {
        guard systemTruncate(descriptor, 0) == 0 else { throw failure("cannot be shortened") }
    }

    /// Gives the file its name, once all of it has reached the disk.
    public func finish() throws(FileError) {
        guard systemSynchronize(descriptor) == 0 || errno == EINVAL else { throw failure("cannot be written") }
        guard systemRename(temporary, path) == 0 else {
            throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
        }
        try synchronizeFolder(splitPath(path).folder, for: path)
    }

    /// Takes the file away: nothing of it is right.
    public func discard() {
        _ = systemUnlink(temporary)
    }

    private func failure(_ cause: String) -> FileError {
        FileError(.inputOutput, path: temporary, cause: systemCause(cause, errno))
    }
}
