internal import ArgumentParser
internal import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Where results go.
public enum StandardOutput {
    /// Whether somebody looks on as results come.
    public static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal, 80 when it does not say.
    package static var columns: Int { terminalColumns(STDOUT_FILENO) }

    /// Writes bytes as they are.
    ///
    /// - Throws: `ExitCode.inputOutput`, without a word, when the reader has closed the pipe or standard output is
    ///   closed (`| head` is not an accident); `FileError` of kind `inputOutput` when the disk is full.
    public static func write(_ bytes: [UInt8]) throws {
        switch StandardError.withoutProgress({ writeAll(bytes, to: STDOUT_FILENO) }) {
        case nil: return
        case EPIPE, EBADF: throw ExitCode.inputOutput
        case .some(let number):
            throw FileError(.inputOutput, path: "standard output", cause: String(cString: strerror(number)))
        }
    }

    /// Writes text as it is, without adding a line end.
    public static func write(_ text: String) throws {
        try write(Array(text.utf8))
    }
}
