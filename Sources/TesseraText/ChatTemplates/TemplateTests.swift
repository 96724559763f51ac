/// `value is name`
enum TemplateTests {
    /// Those that take what is compared with.
    static let namesWithArgument: Set<String> = ["eq", "equalto", "ne", "in", "divisibleby", "sameas"]
    static let names: Set<String> = namesWithArgument.union([
        "defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "integer", "float",
        "boolean",
        "true", "false", "callable", "odd", "even",
    ])

    static func holds(
        _ name: String, of value: TemplateValue, _ call: TemplateCall
    ) throws(TemplateError) -> Bool {
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined), ("none", .none), ("string", .text), ("boolean", .boolean),
            ("integer", .integer),
            ("float", .number), ("number", .integer), ("number", .number), ("number", .boolean), ("mapping", .mapping),
            ("true", .boolean(true)), ("false", .boolean(false)), ("callable", .function), ("callable", .macro):
            return true
        case ("iterable", .text), ("iterable", .list), ("iterable", .mapping), ("iterable", .undefined),
            ("sequence", .text), ("sequence", .list), ("sequence", .mapping), ("sequence", .undefined):
            return true
        default: break
        }
        guard ["eq", "equalto", "sameas", "ne", "in", "divisibleby", "odd", "even"].contains(name) else { return false }
        return try compared(name, value, call.values.first ?? .integer(2))
    }

    private static func compared(
        _ name: String, _ value: TemplateValue, _ other: TemplateValue
    ) throws(TemplateError) -> Bool {
        switch name {
        case "eq", "equalto", "sameas": return value.equals(other)
        case "ne": return !value.equals(other)
        case "in": return try other.holds(value)
        case "odd": return try value.combined("%", with: .integer(2)).equals(.integer(1))
        default: return try value.combined("%", with: other).equals(.integer(0))
        }
    }
}
