/// A text on the screen, and from when to when, in seconds.
public struct Subtitle: Sendable, Equatable {
    /// Seconds from the beginning of the recording.
    public var start, end: Double
    /// Each fits the screen, and has no line end.
    public var lines: [String]
    /// What is said just now.
    public var underlined: Underlined?

    /// Some characters of a line.
    public struct Underlined: Sendable, Equatable {
        /// The line's number, from 0.
        public var line: Int
        /// The characters' in the line, from 0.
        public var characters: Range<Int>

        /// - Parameters:
        ///   - line: its number, from 0.
        ///   - characters: their numbers in the line, from 0.
        public init(line: Int, characters: Range<Int>) { (self.line, self.characters) = (line, characters) }
    }

    /// - Parameters:
    ///   - start: seconds from the beginning of the recording.
    ///   - end: the same.
    ///   - lines: without line ends.
    public init(start: Double, end: Double, lines: [String]) {
        (self.start, self.end, self.lines) = (start, end, lines)
    }
}

extension Transcript {
    /// The segments that begin before the recording ends, or all where nobody said when that is: what a model places behind the end was
    /// not said.
    var segmentsWithinDuration: [TranscribedSegment] { segments.filter { duration == 0 || $0.start < duration } }

    /// A subtitle for each segment with text, as openai/whisper has them. Where the times of words are known, a segment says its
    /// words, which may go on into the next, from the first one's start to the last one's end.
    ///
    /// - Parameter lineWidth: the most characters of a line; nil leaves a segment on one line.
    func subtitles(lineWidth: Int?) -> [Subtitle] {
        segmentsWithinDuration.compactMap { segment in
            let lines = wrapped(segment.words?.map(\.word) ?? wordsWithSpaces(segment.text), width: lineWidth)
            guard !lines.isEmpty else { return nil }
            return Subtitle(
                start: segment.words?.first?.start ?? segment.start, end: segment.words?.last?.end ?? segment.end,
                lines: lines)
        }
    }
}

extension [Subtitle] {
    /// The subtitles as a SubRip file: a number, the times and the text of each, with an empty line behind it.
    public var subRip: String {
        enumerated().map { index, subtitle in
            "\(index + 1)\n\(subtitle.times(hours: true, mark: ","))\n"
                + subtitle.text(\.withoutArrows) + "\n"
        }.joined()
    }

    /// The subtitles as a WebVTT file (https://www.w3.org/TR/webvtt1). Players take "<" and "&" for the beginning of tags and of
    /// character references, so that the text needs references in their place.
    public var webVTT: String {
        "WEBVTT\n\n"
            + map { subtitle in
                subtitle.times(hours: false, mark: ".") + "\n"
                    + subtitle.text(\.withoutArrows.withReferences) + "\n"
            }.joined()
    }
}

extension Subtitle {
    /// The lines, each with its end; what is said just now between `<u>` and `</u>`, which players of both formats know.
    ///
    /// - Parameter escaped: what a line's text is written as.
    fileprivate func text(_ escaped: (String) -> String) -> String {
        lines.enumerated().map { index, line in
            guard let underlined, underlined.line == index else { return escaped(line) + "\n" }
            let characters = underlined.characters
            let parts = [
                line.prefix(characters.lowerBound), line.prefix(characters.upperBound).dropFirst(characters.lowerBound),
                line.dropFirst(characters.upperBound),
            ].map { escaped(String($0)) }
            return "\(parts[0])<u>\(parts[1])</u>\(parts[2])\n"
        }.joined()
    }

    /// `00:01:02,345 --> 00:01:04,000`. A cue has to end after it begins, also one that was made by hand.
    fileprivate func times(hours: Bool, mark: String) -> String {
        let first = milliseconds(start)
        return [first, max(milliseconds(end), first + 1)].map { timestamp($0, hours: hours, mark: mark) }
            .joined(separator: " --> ")
    }
}

/// `00:01:02,345`, or without the hours while there are none.
private func timestamp(_ milliseconds: Int, hours: Bool, mark: String) -> String {
    func digits(_ value: Int, _ count: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let hour = milliseconds / 3_600_000
    return (hours || hour > 0 ? digits(hour) + ":" : "") + digits(milliseconds / 60_000 % 60) + ":"
        + digits(milliseconds / 1000 % 60) + mark + digits(milliseconds % 1000, 3)
}

extension String {
    /// An arrow inside the text would be taken for one between times.
    fileprivate var withoutArrows: String { replacing("-->", with: "->") }

    fileprivate var withReferences: String { replacing("&", with: "&amp;").replacing("<", with: "&lt;") }
}
