internal import TesseraFiles

/// A template's text and what stands in its brackets.
enum TemplatePiece {
    case text(String)
    /// `{{ … }}`
    case output([TemplateToken])
    /// `{% … %}`
    case statement([TemplateToken])
}

/// Why a template is not run.
struct TemplateError: Error {
    let cause: String
}

/// Cuts a template into its pieces, as Jinja does with trim_blocks and lstrip_blocks: a line end behind a statement or a comment belongs
/// to it, and so do spaces before it from the beginning of its line; a `-` inside a bracket takes all white space on its side.
struct TemplatePieces {
    private let bytes: [UInt8]
    private var place = 0
    private var pieces: [TemplatePiece] = []
    /// Whether the text that follows begins with a line.
    private var beginsLine = true
    /// Whether white space at its beginning is left out.
    private var stripsBeginning = false

    static func pieces(of template: String) throws(TemplateError) -> [TemplatePiece] {
        let unified = template.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        var cutter = TemplatePieces(bytes: Array(unified.utf8))
        try cutter.cut()
        return cutter.pieces
    }

    private init(bytes: [UInt8]) {
        // One line end at the end does not count.
        self.bytes = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
    }

    private mutating func cut() throws(TemplateError) {
        while let start = nextBracket() {
            let kind = bytes[start + 1]
            let marker = start + 2 < bytes.count ? bytes[start + 2] : 0
            let strips = marker == UInt8(ascii: "-")
            appendText(upTo: start, isStatement: kind != UInt8(ascii: "{") && marker != UInt8(ascii: "+"), strips)
            place = start + (strips || marker == UInt8(ascii: "+") ? 3 : 2)
            if kind == UInt8(ascii: "#") {
                try skipComment()
            } else {
                try appendTokens(isOutput: kind == UInt8(ascii: "{"))
            }
        }
        appendText(upTo: bytes.count, isStatement: false, false)
    }

    private func nextBracket() -> Int? {
        let kinds: [UInt8] = [UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "#")]
        return (place..<max(place, bytes.count - 1)).first {
            bytes[$0] == UInt8(ascii: "{") && kinds.contains(bytes[$0 + 1])
        }
    }

    private mutating func appendText(upTo end: Int, isStatement: Bool, _ stripsEnd: Bool) {
        var text = String(decoding: bytes[place..<end], as: UTF8.self).unicodeScalars[...]
        if stripsBeginning { text = text.drop(while: \.isPythonSpace) }
        if stripsEnd {
            while text.last?.isPythonSpace == true { text.removeLast() }
        } else if isStatement {
            let line = text.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
            let isWhole = line > text.startIndex || beginsLine && !stripsBeginning
            if isWhole, text[line...].allSatisfy(\.isPythonSpace) { text = text[..<line] }
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        (place, stripsBeginning) = (end, false)
    }

    private mutating func skipComment() throws(TemplateError) {
        let end = (place..<max(place, bytes.count - 1)).first {
            bytes[$0] == UInt8(ascii: "#") && bytes[$0 + 1] == UInt8(ascii: "}")
        }
        guard let end else { throw TemplateError(cause: "a comment has no end") }
        let strips = end > place && bytes[end - 1] == UInt8(ascii: "-")
        place = end + 2
        endBracket(strips: strips, trims: true)
    }

    private mutating func appendTokens(isOutput: Bool) throws(TemplateError) {
        var scanner = TemplateScanner(bytes, at: place)
        let (tokens, marker) = try scanner.tokens(upTo: isOutput ? "}}" : "%}")
        place = scanner.place
        pieces.append(isOutput ? .output(tokens) : .statement(tokens))
        endBracket(strips: marker == "-", trims: !isOutput && marker != "+")
    }

    private mutating func endBracket(strips: Bool, trims: Bool) {
        stripsBeginning = strips
        beginsLine = false
        if !strips, trims, place < bytes.count, bytes[place] == UInt8(ascii: "\n") {
            place += 1
            beginsLine = true
        }
    }
}
