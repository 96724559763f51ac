internal import Synchronization
internal import TesseraFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a run of a command left behind.
public struct Outcome: Sendable {
    /// The exit code; -1 when a signal ended it.
    public let code: Int32
    /// The signal that ended it, if one did.
    public let signal: Int32?
    public let output: String
    public let errors: String

    /// One line on standard error, and nothing on standard output.
    public var isOneLineOfError: Bool {
        output.isEmpty && errors.split(separator: "\n").count == 1 && errors.hasSuffix("\n")
    }
}

/// A command of this package that is running.
public struct RunningCommand: ~Copyable {
    /// Where standard output leads.
    public enum Output: Sendable {
        case collected
        case file(String)
        case closed
        /// A pipe whose reader has left.
        case abandoned
    }

    /// Why a command could not be run.
    public struct Failure: Error {
        public let call: String
    }

    private let process: pid_t
    private let folder = TemporaryFolder()

    /// Starts the built command, which SwiftPM puts beside the tests.
    ///
    /// - Parameters:
    ///   - name: the command's, or the path of another program.
    ///   - script: a shell script that runs the command, its `$0`, for what arguments alone cannot say.
    public init(
        _ name: String, _ arguments: [String], input: String = "/dev/null", to output: Output = .collected,
        environment: [String] = [], script: String? = nil
    ) throws {
        let path = name.contains("/") ? name : try commandPath(name)
        let command = script.map { ["/bin/sh", "-c", $0, path] } ?? [path]
        let folder = folder
        process = try RunningCommand.starting.withLock { _ in
            try RunningCommand.start(command + arguments, folder, input, output, environment)
        }
    }

    /// One is started at a time: a command started between the making of a pipe and the closing of its reading end would hold
    /// that end open.
    private static let starting = Mutex(())

    private static func start(
        _ words: [String], _ folder: TemporaryFolder, _ input: String, _ output: Output, _ environment: [String]
    ) throws -> pid_t {
        var actions = FileActions()
        actions.open(STDIN_FILENO, input, O_RDONLY)
        actions.open(STDERR_FILENO, folder.file("errors"), O_WRONLY | O_CREAT)
        var pipeEnd: Int32 = -1
        switch output {
        case .collected: actions.open(STDOUT_FILENO, folder.file("output"), O_WRONLY | O_CREAT)
        case .file(let path): actions.open(STDOUT_FILENO, path, O_WRONLY)
        case .closed: actions.close(STDOUT_FILENO)
        case .abandoned:
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw Failure(call: "pipe") }
            close(ends[0])
            pipeEnd = ends[1]
            actions.duplicate(pipeEnd, STDOUT_FILENO)
        }
        defer { if pipeEnd >= 0 { close(pipeEnd) } }
        return try actions.start(words, environment: environment)
    }

    public func send(signal: Int32) { kill(process, signal) }

    /// Returns once `condition` holds, or the command has ended.
    ///
    /// - Throws: `Failure` when neither comes within two minutes, which ends the command.
    public func wait(until condition: () -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(120)
        while !condition(), !hasEnded {
            guard ContinuousClock.now < limit else {
                send(signal: SIGKILL)
                waitpid(process, nil, 0)
                throw Failure(call: "wait(until:), for two minutes")
            }
            usleep(1000)
        }
    }

    private var hasEnded: Bool {
        var information = siginfo_t()
        // Its status stays to be asked for.
        let result = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || information.si_signo == SIGCHLD
    }

    /// Waits for its end.
    public consuming func outcome() throws -> Outcome {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { throw Failure(call: "waitpid") } }
        return Outcome(
            code: status & 0x7F == 0 ? status >> 8 & 0xFF : -1, signal: status & 0x7F == 0 ? nil : status & 0x7F,
            output: text(folder.file("output")), errors: text(folder.file("errors")))
    }
}

/// The text of a file; empty when there is none.
public func text(_ path: String) -> String {
    guard let bytes = try? InputFile(path).contents(limit: 1 << 24) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
}

/// The samples' folder, or a file in it.
public func sample(_ name: String = "") -> String {
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Samples/pictures/" + name
}

/// The executable in the folder of the test bundle, or, in a bundle of macOS, above it. The bundle is the running program
/// on Linux and an argument of it on macOS.
private func commandPath(_ name: String) throws -> String {
    for argument in CommandLine.arguments where argument.contains(".xctest") {
        var folder = argument
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            if access(folder + "/" + name, X_OK) == 0 { return folder + "/" + name }
        }
    }
    throw FileError(.unreadable, path: name, cause: "is not beside the tests")
}

/// posix_spawn(3) with its file actions.
private struct FileActions: ~Copyable {
    #if canImport(Glibc)
    private var actions = posix_spawn_file_actions_t()
    #else
    private var actions: posix_spawn_file_actions_t?
    #endif

    init() { posix_spawn_file_actions_init(&actions) }
    deinit {
        var actions = actions
        posix_spawn_file_actions_destroy(&actions)
    }

    mutating func open(_ descriptor: Int32, _ path: String, _ flags: Int32) {
        posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o600)
    }

    mutating func close(_ descriptor: Int32) { posix_spawn_file_actions_addclose(&actions, descriptor) }

    mutating func duplicate(_ source: Int32, _ target: Int32) {
        posix_spawn_file_actions_adddup2(&actions, source, target)
    }

    mutating func start(_ arguments: [String], environment: [String]) throws -> pid_t {
        var argumentPointers = arguments.map { strdup($0) } + [nil]
        var environmentPointers = (inheritedEnvironment() + environment).map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var process = pid_t()
        guard posix_spawn(&process, arguments[0], &actions, nil, &argumentPointers, &environmentPointers) == 0 else {
            throw RunningCommand.Failure(call: "posix_spawn")
        }
        return process
    }

    /// What the loader, sanitizers and the measurement of coverage need, and nothing that changes results.
    private func inheritedEnvironment() -> [String] {
        [
            "PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
            "LLVM_PROFILE_FILE",
        ].compactMap { name in getenv(name).map { name + "=" + String(cString: $0) } }
    }
}
