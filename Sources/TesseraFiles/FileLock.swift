#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The lock of a file that other programs respect, such as those of huggingface_hub; it is given up when the value goes.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Returns: nil while another program has it.
    /// - Throws: `FileError.cannotCreate` when there can be no such file. File systems without locks are used without.
    init?(_ path: String) throws(FileError) {
        // Others may be allowed to take it later: the cache may belong to several users.
        descriptor = systemOpen(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o664)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: path, cause: systemCause("cannot be created", errno))
        }
        if systemLock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
