import Synchronization

#if canImport(Glibc)
import Glibc

/// What opendir(3) gives.
typealias FolderStream = OpaquePointer
#else
import Darwin

/// What opendir(3) gives.
typealias FolderStream = UnsafeMutablePointer<DIR>
#endif

// Every call by which this module reads and writes files, so that tests can let any of them fail. Without tests that do, a call
// costs the look at one flag more.

/// What a call of the system does to a file, for tests that let calls fail; or of a library, that fails for want of memory.
package enum SystemCall: String, Sendable {
    case status, open, openFolder, readFolder, resolve, read, write, synchronize, truncate, close, duplicate
    case rename, unlink, createFolder, removeFolder, createTemporary, link, readLink, lock, freeSpace
    case makeDecoder

    private static let canFail = Atomic<Bool>(false)
    private static let fault = Mutex<Fault?>(nil)

    /// What makes calls fail. A closure that a mutex holds by itself would be wrapped once more at each look at it.
    private struct Fault {
        let number: @Sendable (SystemCall) -> Int32?
    }

    /// Asks `fault` before each call of the whole process, on whichever thread, until `body` returns: where it gives an error number,
    /// the call is not made and fails with it.
    package static func failing<Result>(
        _ fault: @escaping @Sendable (SystemCall) -> Int32?, _ body: () throws -> Result
    ) rethrows -> Result {
        Self.fault.withLock { $0 = Fault(number: fault) }
        canFail.store(true, ordering: .sequentiallyConsistent)
        defer {
            canFail.store(false, ordering: .sequentiallyConsistent)
            Self.fault.withLock { $0 = nil }
        }
        return try body()
    }

    /// Whether the call fails; `errno` then says with what.
    @inline(__always) fileprivate var fails: Bool { SystemCall.canFail.load(ordering: .relaxed) && isMadeToFail }

    @inline(never) private var isMadeToFail: Bool {
        guard let fault = SystemCall.fault.withLock({ $0 }), let number = fault.number(self) else { return false }
        errno = number
        return true
    }
}

/// stat(2).
func systemStatus(_ path: String, _ status: inout stat) -> Int32 {
    SystemCall.status.fails ? -1 : stat(path, &status)
}

/// lstat(2).
func systemLinkStatus(_ path: String, _ status: inout stat) -> Int32 {
    SystemCall.status.fails ? -1 : lstat(path, &status)
}

/// fstat(2).
func systemStatus(_ descriptor: Int32, _ status: inout stat) -> Int32 {
    SystemCall.status.fails ? -1 : fstat(descriptor, &status)
}

/// fstatat(2), links followed.
func systemStatus(_ folder: FolderStream, _ name: UnsafePointer<CChar>, _ status: inout stat) -> Int32 {
    SystemCall.status.fails ? -1 : fstatat(dirfd(folder), name, &status, 0)
}

/// open(2).
func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    SystemCall.open.fails ? -1 : open(path, flags, mode)
}

/// opendir(3).
func systemOpenFolder(_ path: String) -> FolderStream? {
    SystemCall.openFolder.fails ? nil : opendir(path)
}

/// readdir(3); nil with an `errno` of 0 at the end.
func systemReadFolder(_ folder: FolderStream) -> UnsafeMutablePointer<dirent>? {
    errno = 0
    return SystemCall.readFolder.fails ? nil : readdir(folder)
}

/// realpath(3).
func systemResolve(_ path: String) -> UnsafeMutablePointer<CChar>? {
    SystemCall.resolve.fails ? nil : realpath(path, nil)
}

/// read(2).
func systemRead(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    SystemCall.read.fails ? -1 : read(descriptor, target, count)
}

/// pread(2).
func systemRead(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int, at offset: off_t) -> Int {
    SystemCall.read.fails ? -1 : pread(descriptor, target, count, offset)
}

/// write(2).
func systemWrite(_ descriptor: Int32, _ source: UnsafeRawPointer, _ count: Int) -> Int {
    SystemCall.write.fails ? -1 : write(descriptor, source, count)
}

/// fsync(2).
func systemSynchronize(_ descriptor: Int32) -> Int32 {
    SystemCall.synchronize.fails ? -1 : fsync(descriptor)
}

/// ftruncate(2).
func systemTruncate(_ descriptor: Int32, _ count: off_t) -> Int32 {
    SystemCall.truncate.fails ? -1 : ftruncate(descriptor, count)
}

/// close(2) of what was written: where it fails, the descriptor is free all the same.
func systemClose(_ descriptor: Int32) -> Int32 {
    guard SystemCall.close.fails else { return close(descriptor) }
    let number = errno
    close(descriptor)
    errno = number
    return -1
}

/// fcntl(2) with F_DUPFD_CLOEXEC: another descriptor of the same file, none of the standard ones, from `least` on.
func systemDuplicate(_ descriptor: Int32, from least: Int32 = 3) -> Int32 {
    SystemCall.duplicate.fails ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, least)
}

/// rename(2).
func systemRename(_ old: String, _ new: String) -> Int32 {
    SystemCall.rename.fails ? -1 : rename(old, new)
}

/// unlink(2).
func systemUnlink(_ path: String) -> Int32 {
    SystemCall.unlink.fails ? -1 : unlink(path)
}

/// mkdir(2).
func systemCreateFolder(_ path: String) -> Int32 {
    SystemCall.createFolder.fails ? -1 : mkdir(path, 0o777)
}

/// rmdir(2).
func systemRemoveFolder(_ path: String) -> Int32 {
    SystemCall.removeFolder.fails ? -1 : rmdir(path)
}

/// mkstemp(3).
func systemCreateTemporary(_ template: inout [CChar]) -> Int32 {
    SystemCall.createTemporary.fails ? -1 : mkstemp(&template)
}

/// What `make` makes: a library's decoder of a file, which there is no memory for where it is nil.
package func libraryDecoder<Decoder>(_ make: () -> Decoder?) -> Decoder? {
    SystemCall.makeDecoder.fails ? nil : make()
}

/// symlink(2).
func systemLink(_ target: String, _ path: String) -> Int32 {
    SystemCall.link.fails ? -1 : symlink(target, path)
}

/// readlink(2).
func systemReadLink(_ path: String, _ target: UnsafeMutableBufferPointer<CChar>) -> Int {
    SystemCall.readLink.fails ? -1 : readlink(path, target.baseAddress!, target.count)
}

/// flock(2).
func systemLock(_ descriptor: Int32, _ operation: Int32) -> Int32 {
    SystemCall.lock.fails ? -1 : flock(descriptor, operation)
}

/// statvfs(3).
func systemFreeSpace(_ path: String, _ status: inout statvfs) -> Int32 {
    SystemCall.freeSpace.fails ? -1 : statvfs(path, &status)
}
