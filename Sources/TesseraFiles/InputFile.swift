#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A regular file, open for reading.
///
/// Whatever else bears the name (a pipe, a socket, a device, a folder, a link to nothing) is refused at once: opening
/// never waits and never reads from a device.
///
/// ```swift
/// let file = try InputFile("config.json")
/// let bytes = try file.contents(limit: 1 << 20)
/// ```
public final class InputFile: Sendable {
    /// The file as the user named it.
    public let path: String
    /// The size in bytes when the file was opened.
    public let byteCount: Int
    /// Open as long as this value is there.
    let descriptor: Int32

    /// Opens `path`.
    ///
    /// - Throws: `FileError.unreadable` when the file is absent, not a regular file, or may not be read.
    public convenience init(_ path: String) throws(FileError) {
        try self.init(path, shownAs: path)
    }

    /// Opens `path`, which errors call `shownPath`: the name that the user gave for a link, where what it leads to is opened.
    package init(_ path: String, shownAs shownPath: String) throws(FileError) {
        func refuse(_ cause: String) -> FileError { FileError(.unreadable, path: shownPath, cause: cause) }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw refuse("is not the name of a file") }

        // Looked at before it is opened: opening a device can have effects of its own.
        var status = stat()
        guard systemStatus(path, &status) == 0 else { throw refuse(InputFile.absence(path, errno)) }
        if let cause = status.kindOtherThanRegular { throw refuse(cause) }
        let descriptor = systemOpen(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw refuse(InputFile.absence(path, errno)) }

        // And again once it is open, since the name may have changed hands meanwhile.
        let cause = systemStatus(descriptor, &status) == 0 ? nil : systemCause("cannot be opened", errno)
        guard cause == nil, status.kindOtherThanRegular == nil, status.st_size >= 0 else {
            close(descriptor)
            throw refuse(cause ?? "is not a regular file")
        }
        self.path = shownPath
        self.byteCount = Int(status.st_size)
        self.descriptor = descriptor
    }

    /// Takes over the descriptor of a regular file, which it closes in the end.
    init(descriptor: Int32, path: String) throws(FileError) {
        var status = stat()
        guard systemStatus(descriptor, &status) == 0, status.st_size >= 0 else {
            let cause = systemCause("cannot be read", errno)
            close(descriptor)
            throw FileError(.unreadable, path: path, cause: cause)
        }
        self.path = path
        self.byteCount = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Fills `target` with the bytes from `offset` on.
    ///
    /// - Throws: `FileError.inputOutput` when the file ends early or reading fails.
    public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(FileError) {
        var filled = 0
        while filled < target.count {
            let place = off_t(offset) + off_t(filled)
            let count = systemRead(descriptor, target.baseAddress! + filled, target.count - filled, at: place)
            if count > 0 {
                filled += count
            } else if count == 0 {
                throw FileError(.inputOutput, path: path, cause: "ends at byte \(place): it was cut while being read")
            } else if errno != EINTR {
                throw FileError(.inputOutput, path: path, cause: systemCause("cannot be read", errno))
            }
        }
    }

    /// The `count` bytes from `offset` on. The caller has checked `count` against `byteCount`.
    public func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                let target = UnsafeMutableRawBufferPointer(buffer)
                try read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: target[..<count]))
                filled = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The whole file.
    ///
    /// - Parameter limit: The most bytes to accept.
    /// - Throws: `FileError.badData` when the file is larger, `FileError.inputOutput` when reading fails.
    public func contents(limit: Int) throws(FileError) -> [UInt8] {
        guard byteCount <= limit else {
            throw FileError(.badData, path: path, cause: "has \(byteCount) bytes; at most \(limit) are accepted")
        }
        return try bytes(at: 0, count: byteCount)
    }

    /// All of standard input.
    ///
    /// - Parameter limit: The most bytes to accept.
    /// - Throws: `FileError.badData` when there are more, `FileError.unreadable` or `.inputOutput` when reading fails.
    public static func standardInput(limit: Int) throws(FileError) -> [UInt8] {
        try contents(descriptor: STDIN_FILENO, path: "standard input", limit: limit)
    }

    package static func contents(descriptor: Int32, path: String, limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachChunk(of: descriptor, path: path) { chunk throws(FileError) in
            guard bytes.count + chunk.count <= limit else {
                throw FileError(.badData, path: path, cause: "has more than the \(limit) bytes that are accepted")
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    /// Reads what is left of a descriptor that may not be a file, piece by piece.
    static func forEachChunk(
        of descriptor: Int32, path: String, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Void
    ) throws(FileError) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { chunk.deallocate() }
        while case let count = try readNext(of: descriptor, path: path, into: chunk), count > 0 {
            try body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
    }

    /// What a descriptor that may not be a file has next, as soon as there is something; nothing at its end.
    static func nextBytes(of descriptor: Int32, path: String) throws(FileError) -> [UInt8] {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { chunk.deallocate() }
        return Array(chunk[..<(try readNext(of: descriptor, path: path, into: chunk))])
    }

    private static func readNext(
        of descriptor: Int32, path: String, into chunk: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        while true {
            let count = systemRead(descriptor, chunk.baseAddress!, chunk.count)
            if count >= 0 { return count }
            if errno == EINTR { continue }
            let kind: FileError.Kind = errno == EISDIR || errno == EBADF ? .unreadable : .inputOutput
            throw FileError(kind, path: path, cause: systemCause("cannot be read", errno))
        }
    }

    private static func absence(_ path: String, _ code: Int32) -> String {
        var link = stat()
        switch code {
        case ENOENT where systemLinkStatus(path, &link) == 0: return "is a link to a file that does not exist"
        case ENOENT, ENOTDIR: return "does not exist"
        case EACCES, EPERM: return "may not be read: permission denied"
        case ELOOP: return "is a link that leads back to itself"
        case ENAMETOOLONG: return "has too long a name"
        default: return systemCause("cannot be opened", code)
        }
    }
}

extension stat {
    /// What a file is when it is not a regular one, in words.
    var kindOtherThanRegular: String? {
        switch st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "is a folder, not a file"
        case S_IFIFO: "is a pipe, not a file"
        case S_IFSOCK: "is a socket, not a file"
        case S_IFCHR, S_IFBLK: "is a device, not a file"
        default: "is not a regular file"
        }
    }

    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}

/// `cause` and what the system says about `code`, such as `cannot be read: Input/output error`.
func systemCause(_ cause: String, _ code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "\(cause): the disk is full"
    case EFBIG: "\(cause): files may not become so large here"
    default: "\(cause): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
    }
}
