import TesseraFiles
import TesseraSpeech
import Testing

/// The formats of a transcript that was made by hand.
@Suite struct TranscriptFormatTests {
    /// Two segments, between them one without text; the last one's words begin later than it does.
    private var transcript: Transcript {
        var transcript = Transcript(duration: 7.5)
        transcript.language = "en"
        transcript.text = " One\tor \"two\"."
        transcript.segments = [
            TranscribedSegment(id: 0, seek: 0, start: 0, end: 1.5, text: " One\tor"),
            TranscribedSegment(id: 1, seek: 0, start: 1.5, end: 3, text: "  "),
            TranscribedSegment(
                id: 2, seek: 300, start: 3, end: 7.5, text: " \"two\".", tokens: [50364, 7], temperature: 0.2,
                averageLogProbability: -0.25, compressionRatio: .nan, noSpeechProbability: 0.5,
                words: [TranscribedWord(word: " \"two\".", start: 3.25, end: 7, probability: 0.75)]),
        ]
        transcript.decisions = [WindowDecision(seek: 300, verdict: .keptThoughUnlikely, attempts: [])]
        return transcript
    }

    private func text(_ format: TranscriptFormat, lineWidth: Int? = nil) throws -> String {
        try transcript.text(as: format, name: "a.wav", layout: .init(lineWidth: lineWidth))
    }

    @Test func textHasALineASegment() throws {
        #expect(try text(.txt) == "One\tor\n\"two\".\n")
    }

    @Test func tablesHaveMilliseconds() throws {
        #expect(try text(.tsv) == "start\tend\ttext\n0\t1500\tOne or\n3000\t7500\t\"two\".\n")
    }

    @Test func subtitlesHaveTheTimesOfWordsWhereTheyAreKnown() throws {
        #expect(
            try text(.srt)
                == "1\n00:00:00,000 --> 00:00:01,500\nOne\tor\n\n2\n00:00:03,250 --> 00:00:07,000\n\"two\".\n\n")
        #expect(
            try text(.vtt, lineWidth: 4)
                == "WEBVTT\n\n00:00.000 --> 00:01.500\nOne\nor\n\n00:03.250 --> 00:07.000\n\"two\n\".\n\n")
    }

    @Test func jsonHoldsAllAndNullForWhatIsUnknown() throws {
        let figures = #""temperature": 0.0, "avg_logprob": 0.0, "compression_ratio": 1.0, "no_speech_prob": 0.0"#
        let expected = [
            #"{"audio": "a.wav", "duration": 7.5, "language": "en", "text": " One\tor \"two\".", "segments": ["#,
            #"{"id": 0, "seek": 0, "start": 0.0, "end": 1.5, "text": " One\tor", "tokens": [], \#(figures)}, "#,
            #"{"id": 1, "seek": 0, "start": 1.5, "end": 3.0, "text": "  ", "tokens": [], \#(figures)}, "#,
            #"{"id": 2, "seek": 300, "start": 3.0, "end": 7.5, "text": " \"two\".", "tokens": [50364, 7], "#,
            #""temperature": 0.2, "avg_logprob": -0.25, "compression_ratio": null, "no_speech_prob": 0.5, "#,
            #""words": [{"word": " \"two\".", "start": 3.25, "end": 7.0, "probability": 0.75}]}], "#,
            #""decisions": [{"seek": 300, "verdict": "kept though unlikely", "attempts": []}]}"#,
        ]
        #expect(try text(.json) == expected.joined() + "\n")
        #expect(try transcript.json(name: "a.wav") == expected.joined())
    }

    @Test func whatJSONCannotExpressIsRefused() {
        var transcript = transcript
        transcript.segments[0].temperature = .nan
        let error = #expect(throws: FileError.self) { try transcript.text(as: .json, name: "a.wav") }
        #expect(error?.path == "a.wav")
    }

    /// Subtitles and tables count from one beginning: several would run into each other.
    @Test func textAndJSONHoldSeveral() {
        #expect(TranscriptFormat.allCases.filter(\.holdsSeveral) == [.txt, .json])
    }

    @Test func nothingWasSaid() throws {
        let silence = Transcript(duration: 0)
        let texts = try TranscriptFormat.allCases.map { try silence.text(as: $0, name: "a") }
        #expect(texts[0].isEmpty && texts[2...] == ["", "WEBVTT\n\n", "start\tend\ttext\n"])
        #expect(texts[1].hasPrefix(#"{"audio": "a", "duration": 0.0, "language": null, "text": "","#))
    }
}
