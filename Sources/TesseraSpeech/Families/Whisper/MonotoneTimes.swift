/// Makes times go forward, from segment to segment and from word to word, and end with the recording: what aligns words by
/// attention may put one before the word that came first, and the last window reaches beyond the end.
struct MonotoneTimes {
    private let duration: Double
    /// When the last segment ended.
    private var latest = 0.0

    /// - Parameter duration: of the recording, in seconds.
    init(duration: Double) { self.duration = duration }

    mutating func apply(to segments: inout [TranscribedSegment]) {
        for index in segments.indices {
            let start = min(max(segments[index].start, latest), duration)
            let end = min(max(segments[index].end, start), duration)
            (segments[index].start, segments[index].end) = (start, end)
            latest = max(latest, end)
            guard var words = segments[index].words else { continue }
            var last = start
            for word in words.indices {
                words[word].start = min(max(words[word].start, last), end)
                words[word].end = min(max(words[word].end, words[word].start), end)
                last = words[word].end
            }
            segments[index].words = words
        }
    }
}
