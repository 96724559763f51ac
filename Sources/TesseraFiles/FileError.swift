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

    /// What kind of failure it is, and with it the exit code of a command.
    public let kind: Kind
    /// The file as the user named it.
    public let path: String
    /// What is wrong, in words for the user.
    public let cause: String
    /// Where in the file: a key, a tensor, a line, a byte offset.
    public let place: String?

    /// - Parameters:
    ///   - kind: the kind of failure.
    ///   - path: the file as the user named it.
    ///   - cause: what is wrong, in words for the user.
    ///   - place: where in the file, if it can be told: a key, a tensor, a line, a byte offset.
    public init(_ kind: Kind, path: String, cause: String, place: String? = nil) {
        self.kind = kind
        self.path = path
        self.cause = cause
        self.place = place
    }

    /// The error of a parser that was given one line of a file, and to which every line is the first.
    package func inLine(_ number: Int) -> FileError {
        let inner = place.map { $0.hasPrefix("line 1, ") ? String($0.dropFirst(8)) : $0 }
        let place = ["line \(number)", inner].compactMap(\.self).joined(separator: ", ")
        return FileError(kind, path: path, cause: cause, place: place)
    }

    /// One line: control characters that a name or a file brought along are shown as `\u{…}`.
    public var description: String {
        (place.map { "\(path): \(cause) (\($0))" } ?? "\(path): \(cause)").withoutControlCharacters
    }
}

extension String {
    /// The text in quotation marks and short enough for a message, whatever a file put into it.
    package var quoted: String {
        let limit = 80
        let scalars = unicodeScalars.prefix(limit + 1)
        let shown = scalars.count > limit ? String(String.UnicodeScalarView(scalars.prefix(limit))) + "…" : self
        return "'\(shown.withoutControlCharacters)'"
    }

    /// Control characters, which could break a line or command a terminal, replaced by their escapes.
    fileprivate var withoutControlCharacters: String {
        guard unicodeScalars.contains(where: { $0.isControl }) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isControl {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0x2028 || value == 0x2029
    }
}
