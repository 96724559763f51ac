import TesseraSpeech
import TestSupport
import Testing

/// Times that go forward, end with the recording, and leave no segment and no word before its end without a length.
@Suite struct MonotoneTimesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let duration: Double
        /// Windows of segments, with their words.
        let windows: [[(start: Double, end: Double, words: [(Double, Double)])]]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "behind the end", duration: 53.595, windows: [[(40, 54, []), (54, 56, []), (57, 60, [])]]),
        Case(name: "at the end", duration: 10, windows: [[(0, 10, [])], [(10, 10, []), (10, 12, [])]]),
        Case(name: "backwards", duration: 9, windows: [[(3, 4, []), (1, 2, []), (4, 4, []), (4, 5, [])]]),
        Case(
            name: "words", duration: 5,
            windows: [
                [(1, 2, [(1, 1), (1, 1), (1.5, 1.2), (2, 2), (2, 2)]), (2, 2, [(2, 2), (1.99, 2)])],
                [(4.9, 7, [(6, 7)])],
            ]),
        Case(name: "many words", duration: 1, windows: [[(1, 1, (0..<20).map { _ in (1, 1) })]]),
        Case(name: "shorter than a millisecond", duration: 1 / 16_000, windows: [[(0, 2, []), (2, 2, [])]]),
        Case(name: "odd fractions", duration: 71.30049, windows: [[(0.0005, 0.0015, []), (71.3, 89.3, [])]]),
        Case(name: "nothing", duration: 0, windows: [[]]),
    ]

    @Test(arguments: cases)
    func everythingHasALength(_ test: Case) {
        var times = MonotoneTimes(duration: test.duration)
        // Those for which there is no room share the last millisecond.
        let end = max(1, milliseconds(test.duration))
        var latest = 0
        for window in test.windows {
            var segments = window.map { segment in
                TranscribedSegment(
                    id: 0, seek: 0, start: segment.start, end: segment.end, text: " a",
                    words: segment.words.map { TranscribedWord(word: " a", start: $0.0, end: $0.1, probability: 1) })
            }
            let isBehind = segments.map { milliseconds($0.start) >= end }
            times.apply(to: &segments)
            for (segment, isBehind) in zip(segments, isBehind) {
                guard !isBehind else {
                    #expect(segment.start == test.duration && segment.end == test.duration)
                    #expect((segment.words ?? []).allSatisfy { $0.start == test.duration && $0.end == test.duration })
                    continue
                }
                let (start, stop) = (milliseconds(segment.start), milliseconds(segment.end))
                #expect(stop > start)
                #expect(start >= min(latest, end - 1) && segment.end <= max(test.duration, 0.001))
                var latestWord = start
                for word in segment.words ?? [] {
                    #expect(milliseconds(word.start) >= min(latestWord, end - 1))
                    #expect(milliseconds(word.end) > milliseconds(word.start))
                    latestWord = milliseconds(word.end)
                }
                #expect(latestWord <= stop)
                latest = max(latest, stop)
            }
        }
    }

    @Test func whatIsInOrderStaysAsItIs() {
        var times = MonotoneTimes(duration: 30)
        let words = [(1.0, 1.31), (1.31, 2.5)].map { TranscribedWord(word: " a", start: $0, end: $1, probability: 1) }
        let segments = [(1.0, 2.5), (2.5, 4.06), (29.98, 30)].map {
            TranscribedSegment(id: 0, seek: 0, start: $0, end: $1, text: " a", words: $0 == 1 ? words : nil)
        }
        var changed = segments
        times.apply(to: &changed)
        #expect(changed == segments)
    }
}
