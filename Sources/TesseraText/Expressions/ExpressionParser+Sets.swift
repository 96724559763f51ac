/// Sets of characters, `[^\s\p{L}0-9]`, and what a backslash stands before.
extension ExpressionParser {
    private static let memberLimit = 1024

    /// What stands behind a `[`, which is gone.
    mutating func set() throws(Refusal) -> CharacterClass {
        let isNegated = take("^")
        var items: [CharacterClass.Item] = []
        repeat {
            guard peek != nil else { throw refusal("has a '[' without its ']'") }
            guard peek != "[", !(peek == "&" && following == "&") else {
                throw refusal("has a set inside a set, which is not supported")
            }
            guard items.count < Self.memberLimit else {
                throw refusal("has a set of more than \(Self.memberLimit) members")
            }
            let item = try member()
            guard peek == "-", let next = following, next != "]" else {
                items += ignoresCase ? forms(of: item) : [item]
                continue
            }
            position += 1
            guard case .range(let first) = item, case .range(let last) = try member(),
                first.lowerBound <= last.lowerBound, !ignoresCase
            else { throw refusal("has a range that is none") }
            items.append(.range(first.lowerBound...last.lowerBound))
        } while !take("]")
        return CharacterClass(items, isNegated: isNegated)
    }

    private func forms(of item: CharacterClass.Item) -> [CharacterClass.Item] {
        guard case .range(let range) = item, let scalar = Unicode.Scalar(range.lowerBound) else { return [item] }
        return CharacterClass.forms(of: scalar).map { .range($0.value...$0.value) }
    }

    private mutating func member() throws(Refusal) -> CharacterClass.Item {
        if take("\\") { return try escape() }
        guard let next = peek else { throw refusal("is cut") }
        position += 1
        return .range(next.value...next.value)
    }

    /// What stands behind a `\`, which is gone: a character, or a set of them.
    mutating func escape() throws(Refusal) -> CharacterClass.Item {
        guard let next = peek else { throw refusal("is cut") }
        position += 1
        func character(_ scalar: Unicode.Scalar) -> CharacterClass.Item { .range(scalar.value...scalar.value) }
        switch next {
        case "s", "S": return .space(isNegated: next == "S")
        case "w", "W": return .word(isNegated: next == "W")
        case "d", "D":
            return .categories(CharacterKind.categories(named: "Nd") ?? 0, isNegated: next == "D")
        case "p", "P": return try property(isNegated: next == "P")
        case "n": return character("\n")
        case "r": return character("\r")
        case "t": return character("\t")
        case "f": return character("\u{C}")
        case "v": return character("\u{B}")
        case "u", "x":
            let digits = scalars[position...].prefix(next == "u" ? 4 : 2)
            guard let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16), digits.first != "+",
                let scalar = Unicode.Scalar(value), digits.count == (next == "u" ? 4 : 2)
            else { break }
            position += digits.count
            return character(scalar)
        default:
            // A backslash before any letter or digit may mean something; before all else it means that very character.
            if !next.properties.isAlphabetic, !("0"..."9").contains(next) { return character(next) }
        }
        throw refusal("has a \("\\\(next)".quoted) that is not supported")
    }

    private mutating func property(isNegated: Bool) throws(Refusal) -> CharacterClass.Item {
        var name = ""
        if take("{") {
            while let next = peek, next != "}", name.utf8.count < 32 {
                name.unicodeScalars.append(next)
                position += 1
            }
        }
        let isInverted = name.hasPrefix("^")
        guard take("}"), let bits = CharacterKind.categories(named: isInverted ? String(name.dropFirst()) : name) else {
            throw refusal("asks for the property \(name.quoted), which is not supported")
        }
        return .categories(bits, isNegated: isNegated != isInverted)
    }
}
