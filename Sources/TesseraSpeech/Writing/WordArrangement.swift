internal import TesseraFiles

/// Puts words into the lines of subtitles one after the other, as openai/whisper's writers do.
struct WordArrangement {
    private let layout: SubtitleLayout
    /// Complete ones, each by its lines.
    private var subtitles: [[[TranscribedWord]]] = []
    private var lines: [[TranscribedWord]] = []
    private var lineLength = 0
    /// How many words of a segment there were, of which every `wordsPerLine` begin a subtitle.
    private var position = 0
    private var lastStart: Double?

    private static let longPause = 3.0

    init(_ layout: SubtitleLayout) { self.layout = layout }

    mutating func beginSegment() { position = 0 }

    mutating func add(_ word: TranscribedWord) {
        var word = word
        word.word = word.word.withoutLineEnds
        let beginsPart = position % (layout.wordsPerLine ?? .max) == 0
        let isAfterPause = !layout.endsWithSegment && word.start - (lastStart ?? word.start) > WordArrangement.longPause
        let isBroken = layout.endsWithSegment && beginsPart && !lines.isEmpty
        // Python counts code points.
        let length = word.word.unicodeScalars.count
        let hasRoom = lineLength + length <= layout.lineWidth ?? 1000
        if lineLength > 0, hasRoom, !isAfterPause, !isBroken {
            lines[lines.count - 1].append(word)
            lineLength += length
        } else {
            let isFull = layout.lineCount.map { isAfterPause || lines.count >= $0 } ?? false
            if isBroken || (!lines.isEmpty && isFull) { endSubtitle() }
            word.word = word.word.trimmed
            lines.append([word])
            lineLength = word.word.unicodeScalars.count
        }
        position += 1
        lastStart = word.start
    }

    /// All subtitles, by lines of words; none is empty.
    mutating func finish() -> [[[TranscribedWord]]] {
        endSubtitle()
        return subtitles
    }

    private mutating func endSubtitle() {
        let said = lines.map { $0.filter { !$0.word.isEmpty } }.filter { !$0.isEmpty }
        if !said.isEmpty { subtitles.append(said) }
        lines = []
    }
}
