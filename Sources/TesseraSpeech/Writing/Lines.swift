internal import TesseraFiles

/// The words of a text, each with the spaces in front of it.
package func wordsWithSpaces(_ text: String) -> [String] {
    var words: [String] = []
    var isAfterSpace = true
    for character in text.asLine {
        if words.isEmpty || (character.isPythonSpace && !isAfterSpace) { words.append("") }
        words[words.count - 1].append(character)
        isAfterSpace = character.isPythonSpace
    }
    return words
}

/// Puts words into lines of at most `width` characters. What is longer than a line by itself, as text of languages that are
/// written without spaces, is broken anywhere.
package func wrapped(_ words: [String], width: Int?) -> [String] {
    let width = width ?? .max
    var lines: [String] = []
    for word in words.map(\.withoutLineEnds) {
        for part in word.asLine.count > width ? word.map(String.init) : [word] {
            if let line = lines.last, !line.isEmpty, line.count + part.count <= width {
                lines[lines.count - 1] += part
            } else {
                lines.append(String(part.drop(while: \.isPythonSpace)))
            }
        }
    }
    return lines.map(\.asLine).filter { !$0.isEmpty }
}

extension String {
    /// With a space for every line end.
    var withoutLineEnds: String { String(map { $0.isNewline ? " " : $0 }) }

    /// On one line, without white space at the ends.
    package var asLine: String {
        withoutLineEnds.trimmed
    }
}
