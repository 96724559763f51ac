/// How words become subtitles; what is nil does not bound anything.
public struct SubtitleLayout: Sendable, Equatable {
    /// The most characters of a line.
    public var lineWidth: Int?
    /// The most lines of a subtitle, which then may hold words of several segments, and ends at a pause of 3 s. It needs `lineWidth`
    /// and the times of words.
    public var lineCount: Int?
    /// The most words of a subtitle, where there is no `lineWidth`. It needs the times of words.
    public var wordsPerLine: Int?
    /// Whether each word is underlined while it is said. It needs the times of words.
    public var highlightsWords = false

    /// - Parameters:
    ///   - lineWidth: the most characters of a line.
    ///   - lineCount: the most lines of a subtitle.
    ///   - wordsPerLine: the most words of a subtitle.
    ///   - highlightsWords: whether each word is underlined while it is said.
    public init(
        lineWidth: Int? = nil, lineCount: Int? = nil, wordsPerLine: Int? = nil, highlightsWords: Bool = false
    ) {
        (self.lineWidth, self.lineCount, self.wordsPerLine) = (lineWidth, lineCount, wordsPerLine)
        self.highlightsWords = highlightsWords
    }

    /// Whether a subtitle ends with its segment.
    var endsWithSegment: Bool { lineCount == nil || lineWidth == nil }

    /// Whether a subtitle is a segment, broken into lines.
    var keepsSegments: Bool { endsWithSegment && wordsPerLine == nil }
}

extension Transcript {
    /// Subtitles for players: a segment each, or as a layout with lines or words to a subtitle has them.
    public func subtitles(_ layout: SubtitleLayout = .init()) -> [Subtitle] {
        let segments = segmentsWithinDuration
        // Whisper's segments all have words, or none has.
        guard segments.contains(where: { $0.words?.isEmpty == false }), !layout.keepsSegments || layout.highlightsWords
        else { return subtitles(lineWidth: layout.lineWidth) }
        var arrangement = WordArrangement(layout)
        for segment in segments {
            arrangement.beginSegment()
            for word in segment.words ?? [] { arrangement.add(word) }
        }
        let subtitles = arrangement.finish()
        return layout.highlightsWords ? subtitles.flatMap(highlighted) : subtitles.map { Subtitle($0) }
    }

    /// A subtitle for each word, in which it is underlined, and for each pause.
    private func highlighted(_ lines: [[TranscribedWord]]) -> [Subtitle] {
        var result: [Subtitle] = []
        var last = lines[0][0].start
        for (line, words) in lines.enumerated() {
            for (index, word) in words.enumerated() {
                var subtitle = Subtitle(lines)
                if milliseconds(last) != milliseconds(word.start) {
                    (subtitle.start, subtitle.end) = (last, word.start)
                    result.append(subtitle)
                }
                (subtitle.start, subtitle.end) = (word.start, word.end)
                let before = words[..<index].reduce(0) { $0 + $1.word.count }
                let spaces = word.word.prefix(while: \.isPythonSpace).count
                subtitle.underlined = .init(line: line, characters: before + spaces..<before + word.word.count)
                result.append(subtitle)
                last = word.end
            }
        }
        return result
    }
}

extension Subtitle {
    /// - Parameter words: line by line, at least one.
    fileprivate init(_ words: [[TranscribedWord]]) {
        self.init(
            start: words[0][0].start, end: words.last?.last?.end ?? words[0][0].end,
            lines: words.map { $0.map(\.word).joined() })
    }
}
