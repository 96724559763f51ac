internal import Synchronization
public import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Messages to the user, a line each, and the one line of progress that stands below them on a terminal.
public enum StandardError {
    /// The line of progress that is on the screen now.
    private static let progress = Mutex<String?>(nil)
    private static let clearLine = "\r\u{1B}[K"

    /// Writes one line. A progress line on the screen makes room for it and comes back below.
    public static func write(_ message: String) {
        progress.withLock { line in
            let line = line ?? ""
            put((line.isEmpty ? "" : clearLine) + message.onOneLine + "\n" + line)
        }
    }

    /// Takes the progress away while `body` writes results to the same terminal.
    static func withoutProgress<Result>(_ body: () throws -> Result) rethrows -> Result {
        try progress.withLock { line in
            guard let line, isatty(STDOUT_FILENO) == 1 else { return try body() }
            put(clearLine)
            defer { put(line) }
            return try body()
        }
    }

    /// Writes `PATH: cause`.
    public static func report(_ error: FileError) {
        write(error.description)
    }

    /// Whether a person watches: progress is shown on a terminal only.
    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal, 80 when it does not say.
    package static var columns: Int { terminalColumns(STDERR_FILENO) }

    /// Shows `line` in place of the progress shown before; nil takes it away.
    package static func showProgress(_ line: String?) {
        progress.withLock { shown in
            guard shown != line else { return }
            shown = line
            put(clearLine + (line ?? ""))
        }
    }

    /// Takes the progress away on the way out of an interrupted program. It does not wait for a thread that is held
    /// up while it writes to a stopped terminal.
    static func clearProgressIfFree() {
        progress.withLockIfAvailable { shown in
            if shown != nil { put(clearLine) }
            shown = nil
        }
    }

    /// There is nobody to tell when standard error fails, so failures end here.
    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = writeAll(bytes, to: STDERR_FILENO)
    }
}

/// Columns of the terminal that a descriptor leads to, 80 when it does not say.
func terminalColumns(_ descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
}

/// Writes all bytes, going on after interruptions and short writes; the system's error number, or nil when done.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { buffer in
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                // A pipe that somebody made non-blocking: wait until it takes more.
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
