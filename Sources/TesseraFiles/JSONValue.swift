/// A JSON value as the parser read it.
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number.
    case number(JSONNumber)
    /// A text, its escapes resolved.
    case string(String)
    /// The elements in the order of the file.
    case array([JSONValue])
    /// The members in the order of the file; no name occurs twice.
    case object([JSONMember])
}

/// A name and its value in a JSON object.
public struct JSONMember: Sendable {
    /// What stands before the colon, its escapes resolved.
    public let name: String
    /// What stands behind the colon.
    public let value: JSONValue

    package init(name: String, value: JSONValue) { (self.name, self.value) = (name, value) }
}

/// A JSON number: a whole one exactly, as far as 64 bits reach, any other as the nearest Double.
public enum JSONNumber: Sendable, Equatable, CustomStringConvertible {
    /// A whole number from -2⁶³ to 2⁶³ - 1.
    case integer(Int64)
    /// A whole number from 2⁶³ on.
    case unsigned(UInt64)
    /// A number with a fraction or an exponent, or a whole one beyond 64 bits; finite where it was read.
    case real(Double)

    /// The nearest Double.
    public var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .real(let value): value
        }
    }

    /// The number as an Int, when it is a whole one that fits: 12 and 12.0, but not 12.5.
    public var wholeNumber: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .unsigned(let value): Int(exactly: value)
        case .real(let value): Int(exactly: value)
        }
    }

    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .real(let value): "\(value)"
        }
    }
}

extension JSONValue {
    /// The value in a message: `'gelu'`, `1e-12`, `null`, `a list`.
    var shown: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value.quoted
        case .array: "a list"
        case .object: "an object"
        }
    }
}
