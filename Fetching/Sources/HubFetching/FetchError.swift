public import TesseraFiles

/// Why something cannot be fetched, in a line that says what to do.
public struct FetchError: Error, Sendable, CustomStringConvertible {
    /// What a caller can act on. The command turns it into an exit code.
    public enum Kind: Sendable, Equatable {
        /// The command line or the environment is at fault. Exit code 64.
        case usage
        /// There is no such repository, revision or file. Exit code 66.
        case absent
        /// The hub cannot be reached or does not do its work. Exit code 69.
        case unavailable
        /// The hub asks for a token or a consent. Exit code 77.
        case forbidden
        /// A file, in the exit code of its own kind: what the hub sent is damaged (65), or the disk fails (73, 74).
        case file(FileError.Kind)
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// One line: what is wrong with what, and what to do.
    public let description: String

    init(_ kind: Kind, _ subject: String, _ cause: String) {
        self.kind = kind
        // What a host sent along is made harmless to a terminal there.
        description = FileError(.badData, path: subject, cause: cause).description
    }

    init(_ error: FileError) {
        kind = .file(error.kind)
        description = error.description
    }

    /// What the hub sent is not what it should be.
    static func badData(_ subject: String, _ cause: String) -> FetchError {
        FetchError(FileError(.badData, path: subject, cause: cause))
    }
}

/// A failure that may be gone when the same is tried again.
struct PassingFailure: Error {
    let cause: String
    /// How long the hub asks to wait.
    var delay: Duration?
}
