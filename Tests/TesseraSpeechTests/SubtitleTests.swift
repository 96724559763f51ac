import TesseraSpeech
import Testing

/// Subtitles of texts that no fixture says.
@Suite struct SubtitleTests {
    @Test func noSpeechNoSubtitles() throws {
        #expect([Subtitle]().subRip.isEmpty && [Subtitle]().webVTT == "WEBVTT\n\n")
    }

    /// As openai/whisper's WriteSRT and WriteVTT print them.
    @Test func layout() {
        let subtitles = [
            Subtitle(start: 0, end: 1.2345, lines: ["One", "and two"]),
            Subtitle(start: 3599.9996, end: 360_000.5, lines: ["three"]),
        ]
        #expect(
            subtitles.subRip == """
                1
                00:00:00,000 --> 00:00:01,234
                One
                and two

                2
                01:00:00,000 --> 100:00:00,500
                three


                """)
        #expect(
            subtitles.webVTT == """
                WEBVTT

                00:00.000 --> 00:01.234
                One
                and two

                01:00:00.000 --> 100:00:00.500
                three


                """)
    }

    /// In WebVTT a cue has to end after it begins, and readers of both refuse one that does not.
    @Test(arguments: [(1.5, 1.5), (1.5, 1.5004), (1.5, 0), (1.5, .nan)])
    func noCueIsWithoutLength(start: Double, end: Double) {
        let subtitles = [Subtitle(start: start, end: end, lines: ["a"])]
        #expect(subtitles.subRip == "1\n00:00:01,500 --> 00:00:01,501\na\n\n")
        #expect(subtitles.webVTT == "WEBVTT\n\n00:01.500 --> 00:01.501\na\n\n")
    }

    /// What a model places wholly behind the end was not said; how long a transcript made by hand is, nobody may have said.
    @Test(arguments: [(10.0, [9.0, 9.9995]), (9.5, [9.0]), (0.0, [9.0, 9.9995, 10.0, 12.0])])
    func nothingBehindTheEndIsShown(duration: Double, starts: [Double]) throws {
        var transcript = Transcript(duration: duration)
        transcript.segments = [9, 9.9995, 10, 12].map {
            TranscribedSegment(id: 0, seek: 0, start: $0, end: $0 + 1, text: " a")
        }
        #expect(transcript.subtitles().map(\.start) == starts)
        #expect(try transcript.text(as: .tsv, name: "a").split(separator: "\n").count == 1 + starts.count)
    }

    /// An arrow would be taken for one between times, and in WebVTT "<" and "&" for the beginning of a tag and of a reference.
    @Test(arguments: [
        ("a --> b", "a -> b", "a -> b"), ("<i>a & b</i>", "<i>a & b</i>", "&lt;i>a &amp; b&lt;/i>"),
        ("&lt;", "&lt;", "&amp;lt;"), ("-->-->", "->->", "->->"), ("a < b --> c", "a < b -> c", "a &lt; b -> c"),
    ])
    func marksInTheText(text: String, inSubRip: String, inWebVTT: String) {
        let subtitles = [Subtitle(start: 1, end: 2, lines: [text])]
        #expect(subtitles.subRip == "1\n00:00:01,000 --> 00:00:02,000\n\(inSubRip)\n\n")
        #expect(subtitles.webVTT == "WEBVTT\n\n00:01.000 --> 00:02.000\n\(inWebVTT)\n\n")
    }

    @Test(arguments: [
        ([" And", " so", " my", " fellow"], 6, ["And so", "my", "fellow"]),
        ([" And", " so"], nil, ["And so"]),
        ([" And", " so"], 1_000, ["And so"]),
        (["猫", "は", "好", "き"], 3, ["猫は好", "き"]),
        (["incomprehensible"], 5, ["incom", "prehe", "nsibl", "e"]),
        ([" a", " "], 1, ["a"]), ([" ", ""], 5, []), ([], 5, []),
        ([" two\n", "lines"], nil, ["two lines"]),
    ])
    func wrapping(words: [String], width: Int?, lines: [String]) {
        #expect(wrapped(words, width: width) == lines)
    }

    @Test(arguments: [
        (" And so  my", ["And", " so", "  my"]), ("猫は 好き", ["猫は", " 好き"]), ("", []), (" ", []),
    ])
    func words(text: String, words: [String]) {
        #expect(wordsWithSpaces(text) == words)
    }

    @Test(arguments: [(" a\r\nb\n", "a b"), ("\u{2028}x\t", "x"), (" \n ", ""), ("e\u{301} ", "e\u{301}")])
    func lines(text: String, line: String) {
        #expect(Array(text.asLine.utf8) == Array(line.utf8))
    }

    @Test(arguments: [
        (-1.0, 0), (0, 0), (0.0005, 0), (0.0015, 2), (4.0600000000000005, 4060), (.nan, 0),
        (.infinity, 1_000_000_000_000_000),
    ])
    func time(seconds: Double, expected: Int) {
        #expect(milliseconds(seconds) == expected)
    }
}
