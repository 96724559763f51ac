internal import TesseraFiles

/// What an expression of a template is worth.
indirect enum TemplateValue: Sendable {
    /// Of a name that nothing has, which is no error as long as nobody looks into it.
    case undefined
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([TemplateValue])
    /// Pairs in their order; no key occurs twice.
    case mapping([(key: String, value: TemplateValue)])
    /// The number of one whose members change.
    case namespace(Int)
    /// One of those that are there from the beginning.
    case function(String)
    case macro(TemplateMacro)

    /// Of a file's or a caller's.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .none
        case .boolean(let boolean): self = .boolean(boolean)
        case .number(let number): self = number.wholeNumber.map { .integer($0) } ?? .number(number.double)
        case .string(let text): self = .text(text)
        case .array(let values): self = .list(values.map(TemplateValue.init))
        case .object(let members): self = .mapping(members.map { ($0.name, TemplateValue($0.value)) })
        }
    }

    /// What Python takes for true.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .boolean(let boolean): boolean
        case .integer(let integer): integer != 0
        case .number(let number): number != 0
        case .text(let text): !text.isEmpty
        case .list(let values): !values.isEmpty
        case .mapping(let members): !members.isEmpty
        case .namespace, .function, .macro: true
        }
    }

    /// The number that it is, booleans being 0 and 1.
    var double: Double? {
        switch self {
        case .boolean(let boolean): boolean ? 1 : 0
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    /// The value under a key of a mapping.
    func member(_ key: String) -> TemplateValue? {
        guard case .mapping(let members) = self else { return nil }
        return members.first { $0.key.hasSameBytes(as: key) }?.value
    }

    /// Whether Python's `==` holds.
    func equals(_ other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.text(let a), .text(let b)): return a.hasSameBytes(as: b)
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
        case (.mapping(let a), .mapping):
            guard case .mapping(let b) = other, a.count == b.count else { return false }
            return a.allSatisfy { key, value in other.member(key).map { $0.equals(value) } ?? false }
        default:
            guard let a = double, let b = other.double else { return false }
            return a == b
        }
    }
}

/// A part of a template that has a name and is called.
struct TemplateMacro: Sendable {
    let parameters: [(name: String, otherwise: TemplateExpression?)]
    let body: [TemplateStatement]
}
