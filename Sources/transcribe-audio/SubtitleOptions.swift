internal import ArgumentParser
internal import TesseraCommands
internal import TesseraSpeech

/// The options that say how words become subtitles.
struct SubtitleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Break the lines of subtitles after at most so many characters.", valueName: "n"))
    var maxLineWidth: Int?

    @Option(help: ArgumentHelp("Put at most so many lines, of any segments, into a subtitle.", valueName: "n"))
    var maxLineCount: Int?

    @Option(help: ArgumentHelp("Put at most so many words into a subtitle.", valueName: "n"))
    var maxWordsPerLine: Int?

    @Flag(help: "Underline each word while it is said.")
    var highlightWords = false

    func validate() throws {
        try require("--max-line-width", maxLineWidth, in: 1...)
        try require("--max-line-count", maxLineCount, in: 1...)
        try require("--max-words-per-line", maxWordsPerLine, in: 1...)
        if maxLineCount != nil, maxLineWidth == nil {
            throw ValidationError("--max-line-count needs --max-line-width.")
        }
        if maxWordsPerLine != nil, maxLineWidth != nil {
            throw ValidationError("--max-words-per-line and --max-line-width exclude each other.")
        }
    }

    /// Each option, and whether it is given.
    var given: [(String, Bool)] {
        [("--max-line-width", maxLineWidth != nil)] + ofWords
    }

    /// The options that need the times of words, and whether each is given.
    private var ofWords: [(String, Bool)] {
        [
            ("--max-line-count", maxLineCount != nil), ("--max-words-per-line", maxWordsPerLine != nil),
            ("--highlight-words", highlightWords),
        ]
    }

    /// - Throws: `ValidationError` (exit code 64) where the times of words are needed, and are not asked for.
    func layout(for decoding: DecodingOptions) throws -> SubtitleLayout {
        if decoding.timestamps != .word, let option = ofWords.first(where: \.1)?.0 {
            throw ValidationError("\(option) needs --timestamps word.")
        }
        return SubtitleLayout(
            lineWidth: maxLineWidth, lineCount: maxLineCount, wordsPerLine: maxWordsPerLine,
            highlightsWords: highlightWords)
    }
}
