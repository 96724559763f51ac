/// What Unicode says of a character, as far as regular expressions ask: its general category, and whether it is a space or
/// part of a word. The answers for the characters of the basic plane are kept: asking the standard library takes longer.
struct CharacterKind {
    private let bits: UInt8

    init(_ scalar: Unicode.Scalar) {
        self = scalar.value < 0x1_0000 ? Self.basicPlane[Int(scalar.value)] : Self(asking: scalar)
    }

    /// A bit of its own for each general category.
    var category: UInt32 { 1 << UInt32(bits & 31) }
    var isSpace: Bool { bits & 32 != 0 }
    var isWord: Bool { bits & 64 != 0 }

    private init(asking scalar: Unicode.Scalar) {
        bits =
            Self.number(of: scalar.properties.generalCategory) | (scalar.isSpace ? 32 : 0)
            | (scalar.isWordCharacter ? 64 : 0)
    }

    private static let basicPlane: [CharacterKind] = (0..<0x1_0000 as Range<UInt32>).map {
        CharacterKind(asking: Unicode.Scalar($0) ?? "\u{FFFD}")
    }

    /// The categories by the names that `\p{…}` has for them; those of two letters in the order of their numbers.
    private static let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm",
        "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    /// The bits of the categories that `name` stands for, `L` for all letters; nil where it stands for none.
    static func categories(named name: String) -> UInt32? {
        let found = names.indices.filter { names[$0] == name || names[$0].prefix(1) == name }
        return found.isEmpty ? nil : found.reduce(0) { $0 | 1 << UInt32($1) }
    }

    private static func number(of category: Unicode.GeneralCategory) -> UInt8 {
        switch category {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .surrogate: 27
        case .privateUse: 28
        case .unassigned: 29
        @unknown default: 29
        }
    }
}
