/// What is wrong with a file, where, and of which kind: the one error every parser of this package throws.
///
/// Its description is one line, `PATH: cause (place)`, fit for a user's eyes.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong, as far as a caller can act on it. The commands turn it into an exit code.
    public enum Kind: Sendable {
        /// The contents are damaged, unsupported or contradict each other. Exit code 65.
        case badData
        /// The file is absent, not a regular file, or may not be read. Exit code 66.
        case unreadable
        /// The output cannot be created. Exit code 73.
        case cannotCreate
        /// Reading or writing failed midway, a full disk for instance. Exit code 74.
        case inputOutput
    }

    public let kind: Kind
    /// The file as the user named it.
    public let path: String
    /// What is wrong, in words for the user.
    public let cause: String
    /// Where in the file: a key, a tensor, a line, a byte offset.
    public let place: String?

    public init(_ kind: Kind, path: String, cause: String, place: String? = nil) {
        self.kind = kind
        self.path = path
        self.cause = cause
        self.place = place
    }

    public var description: String {
        place.map { "\(path): \(cause) (\($0))" } ?? "\(path): \(cause)"
    }
}
