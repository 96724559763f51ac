/// Writes JSON, the members in the order they are given.
///
/// ```swift
/// var json = JSONWriter(indentation: 2)
/// json.array { json in
///     json.object { json in
///         json.write("a.png", for: "image")
///         json.write(0.98, for: "score")
///     }
/// }
/// let bytes = try json.finish(path: "standard output")
/// ```
///
/// Inside an object every value takes a name, elsewhere none does; mixing the two up is a programmer's mistake.
public struct JSONWriter: Sendable {
    private let indentation: Int?
    private var bytes: [UInt8] = []
    /// For each open bracket: whether it is an object's, and whether it holds something yet.
    private var open: [(isObject: Bool, isEmpty: Bool)] = []
    private var firstNonFinite: String?

    /// - Parameter indentation: Spaces a level, each value on a line of its own; `nil` writes everything on one line.
    public init(indentation: Int? = nil) {
        self.indentation = indentation
    }

    /// An object, whose members `body` writes; `name` is its own in the object around it.
    public mutating func object(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) {
        begin(name)
        bracket("{", "}", isObject: true, body)
    }

    /// An array, whose elements `body` writes; `name` is its own in the object around it.
    public mutating func array(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) {
        begin(name)
        bracket("[", "]", isObject: false, body)
    }

    /// A text, quoted and escaped; `name` is its own in the object around it.
    public mutating func write(_ value: String, for name: String? = nil) {
        begin(name)
        append(quoting: value)
    }

    /// A whole number; `name` is its own in the object around it.
    public mutating func write(_ value: some BinaryInteger, for name: String? = nil) {
        begin(name)
        append(String(value))
    }

    /// `true` or `false`; `name` is its own in the object around it.
    public mutating func write(_ value: Bool, for name: String? = nil) {
        begin(name)
        append(value ? "true" : "false")
    }

    /// The shortest decimal that reads back as the same Double. NaN and infinity make `finish` throw.
    public mutating func write(_ value: Double, for name: String? = nil) {
        begin(name)
        append(value.description, isFinite: value.isFinite, name)
    }

    /// The shortest decimal that reads back as the same Float. NaN and infinity make `finish` throw.
    public mutating func write(_ value: Float, for name: String? = nil) {
        begin(name)
        append(value.description, isFinite: value.isFinite, name)
    }

    /// Writes a number, and null in place of NaN and infinity.
    package mutating func writeKnown(_ value: Double, for name: String? = nil) {
        if value.isFinite { write(value, for: name) } else { writeNull(for: name) }
    }

    /// Writes a value that was read, as it is.
    public mutating func write(_ value: JSONValue, for name: String? = nil) {
        switch value {
        case .null: writeNull(for: name)
        case .boolean(let value): write(value, for: name)
        case .number(.integer(let value)): write(value, for: name)
        case .number(.unsigned(let value)): write(value, for: name)
        case .number(.real(let value)): write(value, for: name)
        case .string(let value): write(value, for: name)
        case .array(let values): array(name) { json in for value in values { json.write(value) } }
        case .object(let members):
            object(name) { json in for member in members { json.write(member.value, for: member.name) } }
        }
    }

    /// Writes null, as a member called `name` or as an element.
    public mutating func writeNull(for name: String? = nil) {
        begin(name)
        append("null")
    }

    /// The JSON text, without a final newline; the writer is empty again afterwards.
    ///
    /// - Parameter path: Where the text goes, for the error.
    /// - Throws: `FileError.badData` when a number was NaN or infinite, which JSON cannot express.
    public mutating func finish(path: String) throws(FileError) -> [UInt8] {
        precondition(open.isEmpty, "a bracket is still open")
        defer { self = JSONWriter(indentation: indentation) }
        if let firstNonFinite {
            let cause = "would hold NaN or infinity, which JSON cannot express"
            throw FileError(.badData, path: path, cause: cause, place: firstNonFinite)
        }
        return bytes
    }

    // MARK: Layout

    private mutating func bracket(
        _ opening: String, _ closing: String, isObject: Bool, _ body: (inout JSONWriter) -> Void
    ) {
        append(opening)
        open.append((isObject, true))
        body(&self)
        let isEmpty = open.removeLast().isEmpty
        if !isEmpty { breakLine() }
        append(closing)
    }

    /// What stands before a value: a comma, a line break, its name.
    private mutating func begin(_ name: String?) {
        guard let last = open.indices.last else {
            precondition(bytes.isEmpty && name == nil, "one value alone, without a name, is a JSON text")
            return
        }
        precondition(open[last].isObject == (name != nil), "members of objects have names, elements of arrays none")
        if !open[last].isEmpty { append(indentation == nil ? ", " : ",") }
        open[last].isEmpty = false
        breakLine()
        if let name {
            append(quoting: name)
            append(": ")
        }
    }

    private mutating func breakLine() {
        guard let indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * open.count))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(_ number: String, isFinite: Bool, _ name: String?) {
        if !isFinite && firstNonFinite == nil { firstNonFinite = name ?? "an element of a list" }
        append(number)
    }

    private mutating func append(quoting text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20: append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
