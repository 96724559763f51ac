internal import TesseraFiles

extension TemplateValue {
    /// What `{{ value }}` writes: Python's `str`.
    var shown: String {
        switch self {
        case .undefined: ""
        case .text(let text): text
        default: represented
        }
    }

    /// Python's `repr`.
    private var represented: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "None"
        case .boolean(let boolean): boolean ? "True" : "False"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .text(let text): TemplateValue.quoted(text)
        case .list(let values): "[" + values.map { $0.represented }.joined(separator: ", ") + "]"
        case .mapping(let members):
            "{"
                + members.map { TemplateValue.quoted($0.key) + ": " + $0.value.represented }
                .joined(separator: ", ") + "}"
        case .namespace: "<Namespace>"
        case .function, .macro: "<function>"
        }
    }

    private static func quoted(_ text: String) -> String {
        let quote = text.utf8.contains(UInt8(ascii: "'")) && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
        let escaped = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
            .replacing("\t", with: "\\t")
        return quote + (quote == "'" ? escaped.replacing("'", with: "\\'") : escaped) + quote
    }

    /// Python's `json.dumps` without escapes of what is not ASCII.
    ///
    /// - Parameters:
    ///   - indentation: spaces a level; nil for one line.
    ///   - level: how deep it lies.
    func json(indentation: Int?, level: Int = 0) throws(TemplateError) -> String {
        switch self {
        case .none: return "null"
        case .boolean(let boolean): return boolean ? "true" : "false"
        case .integer(let integer): return "\(integer)"
        case .number(let number): return "\(number)"
        case .text(let text): return TemplateValue.jsonText(text)
        case .list(let values):
            var parts: [String] = []
            for value in values { parts.append(try value.json(indentation: indentation, level: level + 1)) }
            return TemplateValue.bracketed(parts, "[", "]", indentation, level)
        case .mapping(let members):
            var parts: [String] = []
            for (key, value) in members {
                parts.append(
                    TemplateValue.jsonText(key) + ": " + (try value.json(indentation: indentation, level: level + 1)))
            }
            return TemplateValue.bracketed(parts, "{", "}", indentation, level)
        default: throw TemplateError(cause: "what is not defined has no JSON")
        }
    }

    private static func bracketed(
        _ parts: [String], _ open: String, _ close: String, _ indentation: Int?, _ level: Int
    ) -> String {
        guard let indentation, !parts.isEmpty else { return open + parts.joined(separator: ", ") + close }
        let space = "\n" + String(repeating: " ", count: indentation * (level + 1))
        return open + space + parts.joined(separator: "," + space) + "\n"
            + String(repeating: " ", count: indentation * level) + close
    }

    private static func jsonText(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case "\u{8}": json += "\\b"
            case "\u{C}": json += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}

extension TemplateValue {
    /// More parts than this no value has: what is written in few words may be large beyond measure, as a list of two lists of two lists.
    static let partLimit = 20_000

    /// How many parts it has, lists in lists counted; not counted further than a little above the limit.
    var partCount: Int {
        var (count, open) = (0, [self])
        while let value = open.popLast(), count <= TemplateValue.partLimit {
            count += 1
            switch value {
            case .list(let values): open += values.prefix(TemplateValue.partLimit)
            case .mapping(let members): open += members.prefix(TemplateValue.partLimit).map(\.value)
            default: break
            }
        }
        return count
    }
}

extension TemplateValue {
    /// About how long it is where it is written.
    var shownLength: Int { if case .text(let text) = self { text.utf8.count } else { 16 * partCount } }
}
