internal import TesseraFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What tells whether a file was changed: its size, and when its contents were last written.
public struct FileState: Sendable, Equatable, CustomStringConvertible {
    /// In bytes.
    let size: Int64
    /// In nanoseconds since 1970.
    let modified: Int64

    /// The state of a file; nil where there is none.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        #if os(Linux)
        let time = status.st_mtim
        #else
        let time = status.st_mtimespec
        #endif
        size = Int64(status.st_size)
        modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// From what `description` wrote.
    init?(_ text: Substring) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let size = Int64(parts[0]), let modified = Int64(parts[1]) else { return nil }
        (self.size, self.modified) = (size, modified)
    }

    public var description: String { "\(size) \(modified)" }
}
