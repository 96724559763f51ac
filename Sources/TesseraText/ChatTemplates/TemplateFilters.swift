internal import TesseraFiles

/// `value | name(arguments)`
enum TemplateFilters {
    static let names: Set<String> = [
        "trim", "length", "count", "tojson", "upper", "lower", "capitalize", "title", "replace", "join", "first",
        "last",
        "default", "d", "list", "string", "int", "float", "items", "safe", "reverse", "unique", "sort", "map",
        "selectattr",
        "rejectattr", "abs", "indent",
    ]

    static func apply(
        _ name: String, to value: TemplateValue, _ call: TemplateCall, in renderer: inout TemplateRenderer
    ) throws(TemplateError) -> TemplateValue {
        try renderer.step(writing: value.shownLength)
        switch name {
        case "trim", "upper", "lower", "capitalize", "title", "replace": return try text(name, value, call)
        case "length", "count": return .integer(try value.elements().count)
        case "tojson":
            let indentation = call.argument(0, "indent").flatMap {
                if case .integer(let count) = $0 { count } else { nil }
            }
            return .text(try value.json(indentation: indentation.map { min(max($0, 0), 16) }))
        case "join":
            let separator = call.argument(0, "d")?.shown ?? ""
            return .text(try value.elements().map(\.shown).joined(separator: separator))
        case "first": return try value.elements().first ?? .undefined
        case "last": return try value.elements().last ?? .undefined
        case "default", "d": return try otherwise(value, call)
        case "list": return .list(try value.elements())
        case "string", "safe": return .text(value.shown)
        case "int", "float", "abs": return try number(name, value)
        case "items": return try TemplateMethods.call("items", of: value, TemplateCall())
        case "reverse": return try value.slice(from: nil, to: nil, by: -1)
        case "indent": return .text(try indented(value.shown, call))
        default: return .list(try list(name, value, call))
        }
    }

    private static func text(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        let method = ["trim": "strip"][name] ?? name
        return try TemplateMethods.call(method, of: .text(value.shown), call)
    }

    private static func otherwise(_ value: TemplateValue, _ call: TemplateCall) throws(TemplateError) -> TemplateValue {
        let isForFalse = call.argument(1, "boolean")?.isTrue ?? false
        let isMissing = if case .undefined = value { true } else { isForFalse && !value.isTrue }
        return isMissing ? call.argument(0, "default_value") ?? .text("") : value
    }

    private static func number(_ name: String, _ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        let number = if case .text(let text) = value { Double(text.trimmed) } else { value.double }
        switch name {
        case "float": return .number(number ?? 0)
        case "int": return .integer(Int(exactly: (number ?? 0).rounded(.towardZero)) ?? 0)
        default:
            guard let number else { throw TemplateError(cause: "abs is for numbers") }
            if case .integer(let integer) = value { return .integer(integer < 0 ? 0 &- integer : integer) }
            return .number(Swift.abs(number))
        }
    }

    /// Lines but the first, or all, moved to the right.
    private static func indented(_ text: String, _ call: TemplateCall) throws(TemplateError) -> String {
        let width: String
        switch call.argument(0, "width") ?? .integer(4) {
        case .integer(let count): width = String(repeating: " ", count: min(max(count, 0), 64))
        case .text(let text): width = text
        default: throw TemplateError(cause: "the filter indent takes a number")
        }
        let (movesFirst, movesBlank) = (call.argument(1, "first")?.isTrue, call.argument(2, "blank")?.isTrue)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            let isMoved = (index > 0 || movesFirst == true) && (!line.isEmpty || movesBlank == true)
            return isMoved ? width + line : String(line)
        }
        return lines.joined(separator: "\n")
    }

    private static func list(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall
    ) throws(TemplateError) -> [TemplateValue] {
        let values = try value.elements()
        switch name {
        case "unique":
            return values.reduce(into: []) { kept, value in
                if !kept.contains(where: value.equals) { kept.append(value) }
            }
        case "sort":
            return values.sorted { left, right in (try? left.combined("<", with: right).isTrue) ?? false }
        case "map":
            guard case .text(let key)? = call.named["attribute"] else {
                throw TemplateError(cause: "the filter map is supported with an attribute alone")
            }
            return values.map { $0.member(key) ?? .undefined }
        default: return try chosen(values, call, isKept: name == "selectattr")
        }
    }

    /// Those whose member holds what a test says, or whose member is true.
    private static func chosen(
        _ values: [TemplateValue], _ call: TemplateCall, isKept: Bool
    ) throws(TemplateError) -> [TemplateValue] {
        guard case .text(let key)? = call.values.first else {
            throw TemplateError(cause: "a filter lacks its attribute")
        }
        var kept: [TemplateValue] = []
        for value in values {
            let member = value.member(key) ?? .undefined
            var holds = member.isTrue
            if case .text(let test)? = call.values.dropFirst().first {
                guard TemplateTests.names.contains(test) else {
                    throw TemplateError(cause: "the test \(test) is not supported")
                }
                holds = try TemplateTests.holds(test, of: member, TemplateCall(values: Array(call.values.dropFirst(2))))
            }
            if holds == isKept { kept.append(value) }
        }
        return kept
    }
}
