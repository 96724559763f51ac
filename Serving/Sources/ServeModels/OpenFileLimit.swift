#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How many files and connections a process may have open.
enum OpenFileLimit {
    /// No server has more; some systems allow a billion, and what goes through them all would take minutes.
    private static let most: rlim_t = 1 << 20

    /// Takes all that the system lets this process have: services often begin with 1024.
    static func raise() {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, most))
        // Where it is refused, the server runs with what it has.
        _ = setrlimit(resource, &limit)
    }
}
