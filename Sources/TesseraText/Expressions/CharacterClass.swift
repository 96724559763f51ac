/// A set of characters, as `[^\s\p{L}0-9]` describes one.
struct CharacterClass: Sendable {
    /// What a set is put together from.
    enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case categories(UInt32, isNegated: Bool)
        case space(isNegated: Bool)
        case word(isNegated: Bool)
        /// `.`: everything but the end of a line.
        case noNewline
    }

    private let items: [Item]
    private let isNegated: Bool
    /// Which of the first 128 characters are in the set: most of a text are asked for here.
    private var ascii: (UInt64, UInt64) = (0, 0)

    init(_ items: [Item], isNegated: Bool = false) {
        (self.items, self.isNegated) = (items, isNegated)
        for value in 0..<UInt32(128) where holds(Unicode.Scalar(UInt8(value))) {
            if value < 64 { ascii.0 |= 1 << UInt64(value) } else { ascii.1 |= 1 << UInt64(value - 64) }
        }
    }

    /// One character; `ignoringCase` also its other forms.
    init(_ scalar: Unicode.Scalar, ignoringCase: Bool) {
        self.init((ignoringCase ? Self.forms(of: scalar) : [scalar]).map { .range($0.value...$0.value) })
    }

    /// The characters that are the same but for their case. A Kelvin sign is a k, a long s is an s.
    static func forms(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let properties = scalar.properties
        var forms = [scalar]
        for mapping in [properties.lowercaseMapping, properties.uppercaseMapping].map(\.unicodeScalars)
        where mapping.count == 1 {
            forms += mapping
        }
        if forms.contains("k") { forms.append("\u{212A}") }
        if forms.contains("s") { forms.append("\u{17F}") }
        return forms
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 64 { return ascii.0 >> UInt64(scalar.value) & 1 == 1 }
        if scalar.value < 128 { return ascii.1 >> UInt64(scalar.value - 64) & 1 == 1 }
        return holds(scalar)
    }

    /// Whether a character behind the first 128 may be in it.
    var mayHoldOthers: Bool {
        isNegated
            || items.contains { item in
                if case .range(let range) = item { range.upperBound > 127 } else { true }
            }
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        let kind = CharacterKind(scalar)
        return isNegated
            != items.contains { item in
                switch item {
                case .range(let range): range.contains(scalar.value)
                case .categories(let bits, let isNegated): (kind.category & bits != 0) != isNegated
                case .space(let isNegated): kind.isSpace != isNegated
                case .word(let isNegated): kind.isWord != isNegated
                case .noNewline: scalar != "\n"
                }
            }
    }
}
