internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The temporary files that are being written now, so that an interrupted program can take them away.
package enum UnfinishedFiles {
    private static let paths = Mutex<Set<String>>([])

    /// Call before the file is created: from then on an interruption removes it.
    package static func add(_ path: String) {
        _ = paths.withLock { $0.insert(path) }
    }

    /// Call once the file has its final name or is gone.
    package static func forget(_ path: String) {
        _ = paths.withLock { $0.remove(path) }
    }

    /// Removes all of them and ends the program. The lock is kept to the end, so that no thread begins another.
    package static func removeAll(andLeave leave: () -> Never) -> Never {
        paths.withLock { paths in
            for path in paths { unlink(path) }
            leave()
        }
    }
}
