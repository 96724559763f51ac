#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A text file that grows by whole lines: a log of measurements, one JSON value a line.
package final class LineFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens the file, or creates it, and keeps it from other programs that open it in this way until it is closed.
    ///
    /// - Throws: `FileError.cannotCreate` when it is something other than a file, may not be written to, or another program
    ///   is writing it.
    package init(_ path: String) throws(FileError) {
        var status = stat()
        if systemStatus(path, &status) == 0, let cause = status.kindOtherThanRegular {
            throw FileError(.cannotCreate, path: path, cause: cause)
        }
        descriptor = systemOpen(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
        }
        self.path = path
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        // File systems without locks have other errors, and are used without.
        if fcntl(descriptor, F_SETLK, &lock) != 0, errno == EACCES || errno == EAGAIN {
            throw FileError(.cannotCreate, path: path, cause: "is being written by another program")
        }
    }

    deinit { close(descriptor) }

    /// The size in bytes.
    package var byteCount: Int {
        get throws(FileError) {
            var status = stat()
            guard systemStatus(descriptor, &status) == 0 else {
                throw FileError(.inputOutput, path: path, cause: systemCause("cannot be read", errno))
            }
            return Int(status.st_size)
        }
    }

    /// Appends `line` and a line feed, at once: other programs may read along.
    ///
    /// - Throws: `FileError.inputOutput`, on a full disk for instance; the file then still ends with a whole line.
    package func append(_ line: [UInt8]) throws(FileError) {
        let start = try byteCount
        let bytes = line + [UInt8(ascii: "\n")]
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                systemWrite(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                let cause = systemCause("cannot be written", errno)
                try? cut(to: start)
                throw FileError(.inputOutput, path: path, cause: cause)
            }
        }
    }

    /// Waits until all lines have reached the disk.
    package func synchronize() throws(FileError) {
        guard systemSynchronize(descriptor) == 0 || errno == EINVAL else {
            throw FileError(.inputOutput, path: path, cause: systemCause("cannot be written", errno))
        }
    }

    /// Keeps only the first `byteCount` bytes, where there are so many.
    package func cut(to byteCount: Int) throws(FileError) {
        guard try self.byteCount > byteCount else { return }
        guard systemTruncate(descriptor, off_t(byteCount)) == 0 else {
            throw FileError(.inputOutput, path: path, cause: systemCause("cannot be shortened", errno))
        }
    }
}
