import TesseraSpeech

/// A text on the screen, and from when to when, in seconds.
package struct Subtitle {
    package var start, end: Double
    package var lines: [String]

    package init(start: Double, end: Double, lines: [String]) {
        (self.start, self.end, self.lines) = (start, end, lines)
    }
}

extension Transcript {
    /// A subtitle for each segment with text, as openai/whisper has them. Where the times of words are known, a segment says its
    /// words, which may go on into the next, from the first one's start to the last one's end.
    ///
    /// - Parameter lineWidth: the most characters of a line; nil leaves a segment on one line.
    func subtitles(lineWidth: Int?) -> [Subtitle] {
        segments.compactMap { segment in
            let lines = wrapped(segment.words?.map(\.word) ?? wordsWithSpaces(segment.text), width: lineWidth)
            guard !lines.isEmpty else { return nil }
            return Subtitle(
                start: segment.words?.first?.start ?? segment.start, end: segment.words?.last?.end ?? segment.end,
                lines: lines)
        }
    }
}

/// SubRip: a number, the times and the text of each subtitle, with an empty line behind it.
package func subRip(_ subtitles: [Subtitle]) -> String {
    subtitles.enumerated().map { index, subtitle in
        let times =
            "\(timestamp(subtitle.start, hours: true, mark: ",")) --> \(timestamp(subtitle.end, hours: true, mark: ","))"
        return "\(index + 1)\n\(times)\n" + subtitle.lines.map { $0.withoutArrows + "\n" }.joined() + "\n"
    }.joined()
}

/// WebVTT (https://www.w3.org/TR/webvtt1). Players take "<" and "&" for the beginning of tags and of character references, so
/// that the text needs references in their place.
package func webVTT(_ subtitles: [Subtitle]) -> String {
    "WEBVTT\n\n"
        + subtitles.map { subtitle in
            let times =
                "\(timestamp(subtitle.start, hours: false, mark: ".")) --> \(timestamp(subtitle.end, hours: false, mark: "."))"
            return times + "\n" + subtitle.lines.map { $0.withoutArrows.withReferences + "\n" }.joined() + "\n"
        }.joined()
}

/// `00:01:02,345`, or without the hours while there are none.
private func timestamp(_ seconds: Double, hours: Bool, mark: String) -> String {
    let milliseconds = milliseconds(seconds)
    func digits(_ value: Int, _ count: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let hour = milliseconds / 3_600_000
    return (hours || hour > 0 ? digits(hour) + ":" : "") + digits(milliseconds / 60_000 % 60) + ":"
        + digits(milliseconds / 1000 % 60) + mark + digits(milliseconds % 1000, 3)
}

/// The words of a text, each with the spaces in front of it.
package func wordsWithSpaces(_ text: String) -> [String] {
    var words: [String] = []
    var isAfterSpace = true
    for character in text.asLine {
        if words.isEmpty || (character.isWhitespace && !isAfterSpace) { words.append("") }
        words[words.count - 1].append(character)
        isAfterSpace = character.isWhitespace
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
                lines.append(String(part.drop(while: \.isWhitespace)))
            }
        }
    }
    return lines.map(\.asLine).filter { !$0.isEmpty }
}

extension String {
    /// An arrow inside the text would be taken for one between times.
    fileprivate var withoutArrows: String { replacing("-->", with: "->") }

    fileprivate var withReferences: String { replacing("&", with: "&amp;").replacing("<", with: "&lt;") }
}
