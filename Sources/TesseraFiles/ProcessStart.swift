#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a program is started with, by posix_spawn(3): without a shell, and with nothing of this process but what it is handed.
struct ProcessStart: ~Copyable {
    #if canImport(Glibc)
    private var actions = posix_spawn_file_actions_t()
    private var attributes = posix_spawnattr_t()
    #else
    private var actions: posix_spawn_file_actions_t?
    private var attributes: posix_spawnattr_t?
    #endif

    /// Of the environment, what programs are found and loaded by.
    private static let variables = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"]

    init() {
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        // This process may ignore that a reader has left; a program has to die of it.
        var (blocked, usual) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        sigemptyset(&usual)
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        #if canImport(Glibc)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        #else
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_CLOEXEC_DEFAULT
        posix_spawnattr_setflags(&attributes, Int16(flags))
        #endif
    }

    deinit {
        var (actions, attributes) = (actions, attributes)
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    /// Makes `input` descriptor 3, `output` and `errors` the standard ones, and closes all others. Standard input is empty. They have to
    /// stay open until the program has started.
    mutating func hand(_ input: Descriptor, _ output: Descriptor, _ errors: Descriptor) {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.number, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, input.number, 3)
        closeAll(from: 4)
    }

    /// Also those that a library opened without the mark that closes them.
    private mutating func closeAll(from first: Int32) {
        #if canImport(Glibc)
        // In glibc since 2.34, but not in what Swift sees of it.
        typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(symbol, to: Function.self)(&actions, first)
        #endif
    }

    /// Starts `program`; nil, and `errno`, where that fails.
    mutating func callAsFunction(_ program: String, _ arguments: [String]) -> pid_t? {
        let environment = Self.variables.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var process = pid_t()
        errno = posix_spawn(&process, program, &actions, &attributes, &words, &settings)
        return errno == 0 ? process : nil
    }
}
