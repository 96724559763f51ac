import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// Ways to lay subtitles out, against openai/whisper's writers.
@Suite struct SubtitleLayoutTests {
    private func cases() throws -> [JSONObject] {
        let path = Fixtures.ownPath("subtitles/layouts.json")
        let bytes = Array("{\"cases\": ".utf8) + (try InputFile(path).contents(limit: 1 << 24)) + Array("}".utf8)
        return try JSONObject(bytes: bytes, path: path).objects("cases")
    }

    @Test func layoutsEqualTheReference() throws {
        let cases = try cases()
        #expect(cases.count >= 20)
        for file in cases {
            let layout = try layout(try #require(try file.object("layout")))
            var transcript = Transcript()
            transcript.segments = try file.objects("segments").map(segment)
            #expect(transcript.subtitles(layout).subRip == (try file.string("srt")), "\(layout)")
            #expect(transcript.subtitles(layout).webVTT == (try file.string("vtt")), "\(layout)")
        }
    }

    /// Without times of words a segment is a subtitle, whatever is asked for.
    @Test func segmentsWithoutWords() {
        var transcript = Transcript()
        transcript.segments = [TranscribedSegment(id: 0, seek: 0, start: 1, end: 2, text: " one two")]
        let expected = [Subtitle(start: 1, end: 2, lines: ["one", "two"])]
        #expect(transcript.subtitles(.init(lineWidth: 5, lineCount: 1, highlightsWords: true)) == expected)
    }

    private func layout(_ file: JSONObject) throws -> SubtitleLayout {
        func number(_ key: String) throws -> Int? {
            if case .null? = file.value(key) { return nil }
            return file.contains(key) ? try file.integer(key, in: 1...1000) : nil
        }
        return SubtitleLayout(
            lineWidth: try number("max_line_width"), lineCount: try number("max_line_count"),
            wordsPerLine: try number("max_words_per_line"), highlightsWords: try file.boolean("highlight_words"))
    }

    private func segment(_ file: JSONObject) throws -> TranscribedSegment {
        func time(_ file: JSONObject, _ key: String) throws -> Double { try file.number(key, in: 0...1e6) }
        let words = try file.objects("words").map {
            TranscribedWord(
                word: try $0.string("word"), start: try time($0, "start"), end: try time($0, "end"), probability: 0.5)
        }
        return TranscribedSegment(
            id: 0, seek: 0, start: try time(file, "start"), end: try time(file, "end"), text: try file.string("text"),
            words: words)
    }
}
