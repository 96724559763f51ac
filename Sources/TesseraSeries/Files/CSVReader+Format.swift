extension CSVReader {
    /// What stands between the cells of a text that begins with its header: a comma where there is nothing.
    static func separator(_ text: ArraySlice<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in text {
            if byte == .quotationMark { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == .lineFeed || byte == .carriageReturn {
                if counts.isEmpty { continue }
                break
            }
            counts[byte, default: 0] += 1
        }
        return separators.dropFirst().reduce(separators[0]) { counts[$1] ?? 0 > counts[$0] ?? 0 ? $1 : $0 }
    }

    /// What may stand between cells, the usual first.
    private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), .tab, UInt8(ascii: "|")]

    /// What errors say of them.
    static let separatorNames = "a comma, ';', '|' or a tab"

    /// The separator that a first line such as `sep=;` declares, as Excel writes and obeys it, and how many bytes the line has
    /// without its end; nil where the text begins otherwise. Such a line may be in quotation marks, or be filled up with
    /// separators.
    static func declaredSeparator(_ text: ArraySlice<UInt8>) -> (separator: UInt8, byteCount: Int)? {
        let line = text.prefix(64).prefix { $0 != .lineFeed && $0 != .carriageReturn }
        let isQuoted = line.first == .quotationMark
        let declaration = line.dropFirst(isQuoted ? 1 : 0)
        guard String(decoding: declaration.prefix(4), as: UTF8.self).lowercased() == "sep=" else { return nil }
        guard let separator = declaration.dropFirst(4).first, separators.contains(separator) else { return nil }
        let rest = declaration.dropFirst(5).drop { isQuoted && $0 == .quotationMark }
        return rest.allSatisfy { $0 == separator } ? (separator, line.count) : nil
    }

    /// What a file that begins so is, where it is plainly no CSV, and what to do about it.
    static func foreignFormat(_ start: [UInt8]) -> String? {
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return "is UTF-16, where CSV is UTF-8: save it as UTF-8"
        }
        if start.starts(with: [0x1F, 0x8B]) { return "is compressed with gzip: unpack it with gunzip" }
        if start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            return "is a ZIP archive or an Excel workbook, not CSV: unpack it, or save it as CSV"
        }
        return nil
    }
}

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let quotationMark = UInt8(ascii: "\"")
}

extension ArraySlice<UInt8> {
    /// Without the spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        let tail = drop { $0 == UInt8(ascii: " ") || $0 == .tab }
        guard let last = tail.lastIndex(where: { $0 != UInt8(ascii: " ") && $0 != .tab }) else { return tail.prefix(0) }
        return tail[...last]
    }
}
