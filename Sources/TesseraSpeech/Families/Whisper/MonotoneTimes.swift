/// Makes times go forward, from segment to segment and from word to word, and end with the recording: what aligns words by
/// attention may put one before the word that came first, and the last window reaches beyond the end. Whatever is said keeps a
/// millisecond at least, for in WebVTT a cue has to end after it begins, and readers refuse others in SubRip too. What lies wholly
/// behind the end, where nothing can have been said, is of no length there, and no cue is made of it.
package struct MonotoneTimes {
    /// From when to when something is said, in milliseconds, and how long it is at least.
    private struct Span {
        var start, end: Int
        var least = 1
    }

    /// In seconds, and in whole milliseconds.
    private let end: Double, duration: Int
    /// When the last segment ended, in milliseconds.
    private var latest = 0

    /// - Parameter duration: of the recording, in seconds.
    package init(duration: Double) {
        end = duration
        let nearest = milliseconds(duration)
        self.duration = seconds(nearest) > duration ? nearest - 1 : nearest
    }

    package mutating func apply(to segments: inout [TranscribedSegment]) {
        let inside = segments.indices.filter { milliseconds(segments[$0].start) < max(1, duration) }
        for index in Set(segments.indices).subtracting(inside) { segments[index].move(to: end) }
        let spans = MonotoneTimes.separated(
            inside.map { index in
                let segment = segments[index]
                return Span(
                    start: milliseconds(segment.start), end: milliseconds(segment.end),
                    least: max(1, segment.words?.count ?? 0))
            }, from: latest, to: duration)
        latest = max(latest, spans.last?.end ?? 0)
        for (index, span) in zip(inside, spans) {
            (segments[index].start, segments[index].end) = (seconds(span.start), seconds(span.end))
            guard let words = segments[index].words else { continue }
            let times = MonotoneTimes.separated(
                words.map { Span(start: milliseconds($0.start), end: milliseconds($0.end)) }, from: span.start,
                to: span.end)
            for (word, time) in times.enumerated() {
                segments[index].words?[word].start = seconds(time.start)
                segments[index].words?[word].end = seconds(time.end)
            }
        }
    }

    /// The spans one after the other between two times. Those for which there is no room share the last millisecond.
    private static func separated(_ spans: [Span], from earliest: Int, to latest: Int) -> [Span] {
        var spans = spans
        let end = max(latest, 1)
        let start = min(earliest, end - 1)
        var last = start
        for index in spans.indices {
            spans[index].start = max(spans[index].start, last)
            spans[index].end = max(spans[index].end, spans[index].start + spans[index].least)
            last = spans[index].end
        }
        var next = end
        for index in spans.indices.reversed() {
            spans[index].end = max(min(spans[index].end, next), start + 1)
            next = max(min(spans[index].start, spans[index].end - spans[index].least), start)
            spans[index].start = next
        }
        return spans
    }
}

extension TranscribedSegment {
    /// Puts the whole segment at one time.
    fileprivate mutating func move(to time: Double) {
        (start, end) = (time, time)
        words = words?.map { TranscribedWord(word: $0.word, start: time, end: time, probability: $0.probability) }
    }
}

private func seconds(_ milliseconds: Int) -> Double { Double(milliseconds) / 1000 }
