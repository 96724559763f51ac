internal import CTesseraUTF8Proc

/// One of Unicode's normal forms (Unicode Standard Annex 15).
enum UnicodeForm: String {
    case canonicalComposed = "NFC"
    case canonicalDecomposed = "NFD"
    case compatibleComposed = "NFKC"
    case compatibleDecomposed = "NFKD"

    private var isComposed: Bool { self == .canonicalComposed || self == .compatibleComposed }

    private var isCompatible: Bool { self == .compatibleComposed || self == .compatibleDecomposed }

    /// Whether characters are surely as they are in this form, whatever follows them: letters of the common scripts that have no parts.
    private func isStable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x80: true
        case 0xA0..<0x300: self == .canonicalComposed
        case 0x430..<0x439, 0x43A..<0x450, 0x5D0..<0x5EB, 0x628..<0x64B, 0x3041..<0x304B, 0x4E00..<0xA000,
            0x1F300..<0x1F650:
            true
        case 0xAC00..<0xD7A4: isComposed
        default: false
        }
    }

    func apply(to text: inout AlignedText) {
        guard !text.bytes.isASCII else { return }
        var isStable = true
        var scalars: [Unicode.Scalar] = []
        text.forEachScalar { scalar, _ in
            isStable = isStable && self.isStable(scalar)
            scalars.append(scalar)
        }
        guard !isStable else { return }
        let parts = decomposed(scalars)
        let changes = isComposed ? composed(parts) : parts
        let isSame = changes.count == scalars.count && zip(changes, scalars).allSatisfy { $0.scalar == $1 }
        if !isSame { text.transform(changes) }
    }

    /// The parts of all characters, marks that follow one another in the order of their classes.
    private func decomposed(_ scalars: [Unicode.Scalar]) -> [AlignedText.Change] {
        var parts: [AlignedText.Change] = []
        parts.reserveCapacity(scalars.count)
        var markCount = 0
        func sortMarks() {
            guard markCount > 1 else { return }
            let start = parts.count - markCount
            let sorted = parts[start...].enumerated().sorted {
                ($0.element.scalar.markClass, $0.offset) < ($1.element.scalar.markClass, $1.offset)
            }
            parts.replaceSubrange(start..., with: sorted.map(\.element))
        }
        for scalar in scalars {
            forEachPart(of: scalar) { part, isFirst in
                if part.markClass == 0 {
                    sortMarks()
                    markCount = -1
                }
                markCount += 1
                parts.append((part, isFirst ? 0 : 1))
            }
        }
        sortMarks()
        return parts
    }

    private func forEachPart(of scalar: Unicode.Scalar, _ body: (Unicode.Scalar, Bool) -> Void) {
        guard scalar.value >= 0xA0, scalar.isOfUnicode9 else { return body(scalar, true) }
        // The longest decomposition, of U+FDFA, has 18 characters.
        withUnsafeTemporaryAllocation(of: utf8proc_int32_t.self, capacity: 32) { parts in
            var boundary: Int32 = 0
            let options = UTF8PROC_DECOMPOSE.rawValue | (isCompatible ? UTF8PROC_COMPAT.rawValue : 0)
            let count = utf8proc_decompose_char(
                utf8proc_int32_t(scalar.value), parts.baseAddress, parts.count, utf8proc_option_t(options), &boundary)
            guard (1...parts.count).contains(count) else { return body(scalar, true) }
            for index in 0..<count { body(Unicode.Scalar(UInt32(parts[index])) ?? scalar, index == 0) }
        }
    }

    /// Joins what has a character of its own: a mark with the letter before it, unless one of its class or a higher one stands between.
    private func composed(_ parts: [AlignedText.Change]) -> [AlignedText.Change] {
        var result: [AlignedText.Change] = []
        result.reserveCapacity(parts.count)
        var letter: Int?
        var lastClass: UInt8?
        for part in parts {
            let markClass = part.scalar.markClass
            if let place = letter, lastClass.map({ $0 < markClass }) ?? true,
                let joined = Self.joined(result[place].scalar, part.scalar)
            {
                result[place] = (joined, result[place].change + part.change - 1)
                continue
            }
            if markClass == 0 {
                (letter, lastClass) = (result.count, nil)
            } else if letter != nil {
                lastClass = markClass
            }
            result.append(part)
        }
        return result
    }

    /// The character that two make together.
    private static func joined(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        guard second.value >= 0x300 else { return nil }
        return withUnsafeTemporaryAllocation(of: utf8proc_int32_t.self, capacity: 4) { pair in
            pair.initialize(repeating: 0)
            (pair[0], pair[1]) = (utf8proc_int32_t(first.value), utf8proc_int32_t(second.value))
            let options = utf8proc_option_t(UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
            guard utf8proc_normalize_utf32(pair.baseAddress, 2, options) == 1 else { return nil }
            return Unicode.Scalar(UInt32(pair[0])).flatMap { $0.isOfUnicode9 ? $0 : nil }
        }
    }
}

extension Unicode.Scalar {
    /// Whether Unicode 9 has it, which the reference's tables of forms and marks are of: it leaves what came later as it is.
    var isOfUnicode9: Bool { properties.age.map { $0 <= (9, 0) } ?? false }

    /// The canonical combining class, 0 for all that are no marks.
    fileprivate var markClass: UInt8 {
        guard value >= 0x300, case let number = properties.canonicalCombiningClass.rawValue, number > 0 else {
            return 0
        }
        return isOfUnicode9 ? number : 0
    }
}
