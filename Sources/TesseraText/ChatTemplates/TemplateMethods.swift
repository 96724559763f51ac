internal import TesseraFiles

/// `value.name(arguments)`
enum TemplateMethods {
    static func call(
        _ name: String, of value: TemplateValue, _ call: TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        switch value {
        case .text(let text): return try onText(name, text, call)
        case .mapping(let members): return try onMapping(name, members, value, call)
        default: throw TemplateError(cause: "the method \(name) is not supported")
        }
    }

    private static func onMapping(
        _ name: String, _ members: [(key: String, value: TemplateValue)], _ mapping: TemplateValue, _ call: TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "items": return .list(members.map { .list([.text($0.key), $0.value]) })
        case "keys": return .list(members.map { .text($0.key) })
        case "values": return .list(members.map(\.value))
        case "get":
            guard case .text(let key)? = call.values.first else { return .none }
            return mapping.member(key) ?? call.argument(1, "default") ?? .none
        default: throw TemplateError(cause: "the method \(name) is not supported")
        }
    }

    private static func onText(
        _ name: String, _ text: String, _ call: TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "strip": return .text(stripped(text, call, start: true, end: true))
        case "lstrip": return .text(stripped(text, call, start: true, end: false))
        case "rstrip": return .text(stripped(text, call, start: false, end: true))
        case "upper": return .text(text.uppercased())
        case "lower": return .text(text.lowercased())
        case "capitalize": return .text(capitalized(text))
        case "title":
            return .text(
                text.split(separator: " ", omittingEmptySubsequences: false).map { capitalized(String($0)) }.joined(
                    separator: " "))
        case "startswith": return .boolean(affixes(call).contains { text.utf8.starts(with: $0.utf8) })
        case "endswith":
            return .boolean(affixes(call).contains { text.utf8.reversed().starts(with: $0.utf8.reversed()) })
        case "split": return .list(parts(text, call).map { .text($0) })
        case "replace":
            guard case .text(let old)? = call.values.first, case .text(let new)? = call.values.dropFirst().first,
                call.values.count == 2, !old.isEmpty
            else { throw TemplateError(cause: "replace takes two texts") }
            let count = text.utf8.count / old.utf8.count
            guard count * new.utf8.count < 1 << 26 else { throw TemplateError(cause: "it writes too much") }
            return .text(pieces(text, separatedBy: old).joined(separator: new))
        default: throw TemplateError(cause: "the method \(name) is not supported")
        }
    }

    private static func affixes(_ call: TemplateCall) -> [String] {
        switch call.values.first {
        case .text(let text): [text]
        case .list(let values): values.map(\.shown)
        default: []
        }
    }

    private static func stripped(_ text: String, _ call: TemplateCall, start: Bool, end: Bool) -> String {
        let named: Set<Unicode.Scalar>? =
            if case .text(let characters)? = call.values.first { Set(characters.unicodeScalars) } else { nil }
        func goes(_ scalar: Unicode.Scalar) -> Bool { named?.contains(scalar) ?? scalar.isPythonSpace }
        var rest = text.unicodeScalars[...]
        if start { rest = rest.drop(while: goes) }
        while end, let last = rest.last, goes(last) { rest.removeLast() }
        return String(rest)
    }

    private static func capitalized(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst().lowercased()
    }

    private static func parts(_ text: String, _ call: TemplateCall) -> [String] {
        guard case .text(let separator)? = call.values.first, !separator.isEmpty else { return text.words }
        let all = pieces(text, separatedBy: separator)
        guard case .integer(let count)? = call.values.dropFirst().first, count >= 0, count < all.count - 1 else {
            return all
        }
        return Array(all[..<count]) + [all[count...].joined(separator: separator)]
    }

    /// What lies between the places at which a text holds another, byte for byte.
    private static func pieces(_ text: String, separatedBy separator: String) -> [String] {
        let (bytes, other) = (Array(text.utf8), Array(separator.utf8))
        var (pieces, start, place) = ([String](), 0, 0)
        while place + other.count <= bytes.count {
            if bytes[place] == other[0], bytes[place..<place + other.count].elementsEqual(other) {
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                (start, place) = (place + other.count, place + other.count)
            } else {
                place += 1
            }
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
