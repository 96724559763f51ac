/// What a cell of a value column says.
enum CellValue {
    case number(Double)
    case missing
    /// Meant as a number, but none that can be taken, with the reason.
    case refused(String)
    case text

    /// - Parameter decimalMark: A point, or a comma.
    init(_ cell: ArraySlice<UInt8>, decimalMark: UInt8) {
        let cell = cell.contains { $0 >= 0x80 } ? CellValue.plain(cell) : cell.trimmed
        if let number = CellValue.number(cell, decimalMark) {
            self = number
        } else if CellValue.isMissing(cell) {
            self = .missing
        } else {
            self = CellValue.reason(cell, decimalMark).map(CellValue.refused) ?? .text
        }
    }

    /// What a cell has that keeps it from being a number, though it may be meant as one; nil where it does not look like it.
    static func oddity(_ cell: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: cell.prefix(lengthLimit), as: UTF8.self)
        guard text.contains(where: \.isNumber) else { return nil }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .currencySymbol }) {
            return "it has a currency sign"
        }
        return text.contains("%") ? "it has a percent sign" : nil
    }

    /// A cell with the signs of ASCII for those that word processors and locales use instead: a hyphen for a minus (U+2212),
    /// and nothing for blanks between thousands at which no line breaks (U+00A0, U+202F, U+2009).
    private static func plain(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let text = String(validating: cell, as: UTF8.self) else { return cell.trimmed }
        let signs = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar {
            case "\u{2212}": "-"
            case "\u{A0}", "\u{202F}", "\u{2009}": " "
            default: scalar
            }
        }
        let spaced = ArraySlice(Array(String(String.UnicodeScalarView(signs)).utf8)).trimmed
        let isGrouped = [UInt8(ascii: "."), UInt8(ascii: ",")].contains { hasThousands(spaced, $0) }
        return isGrouped ? ArraySlice(spaced.filter { $0 != UInt8(ascii: " ") }) : spaced
    }

    /// Longer numbers are refused.
    private static let lengthLimit = 1000

    private static func isMissing(_ cell: ArraySlice<UInt8>) -> Bool {
        guard cell.count <= 4 else { return false }
        return ["", "na", "n/a", "nan", "null", "none", "-"].contains(
            String(decoding: cell, as: UTF8.self).lowercased())
    }

    /// An optional sign, digits with at most one decimal mark among or around them, an optional exponent.
    private static func number(_ cell: ArraySlice<UInt8>, _ decimalMark: UInt8) -> CellValue? {
        var position = cell.startIndex
        var digitCount = 0
        var fractionCount = 0
        var mantissa: UInt64 = 0
        var isExact = true
        func peek() -> UInt8? { position < cell.endIndex ? cell[position] : nil }
        func skipSign() { if peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") { position += 1 } }

        let isNegative = peek() == UInt8(ascii: "-")
        skipSign()
        var isFraction = false
        while let byte = peek(), byte.isDigit || byte == decimalMark && !isFraction {
            position += 1
            if byte == decimalMark {
                isFraction = true
                continue
            }
            digitCount += 1
            if isFraction { fractionCount += 1 }
            if digitCount <= 18 { mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0")) } else { isExact = false }
        }
        guard digitCount > 0 else { return nil }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isExact = false
            position += 1
            skipSign()
            let start = position
            while peek()?.isDigit == true { position += 1 }
            guard position > start else { return nil }
        }
        guard position == cell.endIndex else { return nil }
        // Both numbers are exact, so their quotient is rounded once, as it should be.
        if isExact, mantissa < 1 << 53, fractionCount < powersOfTen.count {
            let magnitude = Double(mantissa) / powersOfTen[fractionCount]
            return .number(isNegative ? -magnitude : magnitude)
        }
        guard cell.count <= lengthLimit else {
            return .refused("is a number of more than \(lengthLimit) characters")
        }
        let text = String(decoding: cell.map { $0 == decimalMark ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
        guard let value = Double(text), value.isFinite else { return .refused("is beyond the range of numbers") }
        return .number(value)
    }

    private static let powersOfTen = (0...22).map { Double("1e\($0)") ?? .nan }

    /// Why something that looks like a number is none; nil where it does not look like one.
    private static func reason(_ cell: ArraySlice<UInt8>, _ decimalMark: UInt8) -> String? {
        if cell.count <= 20 {
            let word = String(decoding: cell, as: UTF8.self).lowercased().drop { $0 == "-" || $0 == "+" }
            if ["inf", "infinity"].contains(word) { return "is infinite" }
            if word.hasPrefix("0x") { return "is hexadecimal" }
        }
        if decimalMark == UInt8(ascii: "."), number(cell, UInt8(ascii: ",")) != nil {
            return "has a comma, which is a decimal mark only where that is asked for (--decimal-comma)"
        }
        return hasThousands(cell, decimalMark) ? "has separators between its thousands" : nil
    }

    /// Whether a cell is a number such as `1,234.5` or `1 234 567`.
    private static func hasThousands(_ cell: ArraySlice<UInt8>, _ decimalMark: UInt8) -> Bool {
        let separators = [UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "'")]
        let unsigned = cell.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        guard let separator = unsigned.first(where: { !$0.isDigit }), separators.contains(separator) else {
            return false
        }
        let whole = unsigned.prefix { $0 != decimalMark || $0 == separator }
        let groups = whole.split(separator: separator, omittingEmptySubsequences: false)
        guard groups.count > 1, (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }),
            groups.joined().allSatisfy(\.isDigit)
        else { return false }
        let fraction = unsigned[whole.endIndex...]
        return fraction.isEmpty || number(fraction, decimalMark) != nil
    }
}
