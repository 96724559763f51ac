/// Finds text that a window's words give away as invented, as openai/whisper does with `hallucination_silence_threshold`, and says
/// where to go on instead.
struct Hallucinations {
    /// Seconds that a pause must have, to be passed over.
    let threshold: Double
    /// Seconds of the window's beginning, of its end and of where it would end were it whole, and of the recording's end.
    let start, end, wholeEnd, recordingEnd: Double
    /// When the window before it said its last word, in seconds.
    let lastSpeech: Double

    /// What to do with a window.
    enum Finding: Equatable {
        case nothing
        /// It begins with a pause of so many seconds: it is to be decoded again behind it.
        case pauseInFront(Double)
        /// The segments from this one on are to go, and the next window begins at so many seconds.
        case invented(from: Int, resumeAt: Double)
    }

    /// - Parameter segments: the window's, with their words.
    func finding(in segments: [TranscribedSegment]) -> Finding {
        if let first = segments.first(where: \.saysWords), first.looksInvented, first.start - start > threshold {
            return .pauseInFront(first.start - start)
        }
        var before = lastSpeech
        for (index, segment) in segments.enumerated() where segment.saysWords {
            let next = segments[(index + 1)...].first(where: \.saysWords)
            if segment.looksInvented, isSilent(before: segment, since: before), isSilent(after: segment, until: next) {
                let isAtTheEnd = recordingEnd - segment.end < threshold
                return .invented(from: index, resumeAt: isAtTheEnd ? recordingEnd : max(start + 1, segment.start))
            }
            before = segment.end
        }
        return .nothing
    }

    /// Whether a pause, or the edge of the recording or the window, comes before a segment.
    private func isSilent(before segment: TranscribedSegment, since before: Double) -> Bool {
        segment.start - before > threshold || segment.start < threshold || segment.start - start < 2
    }

    /// Whether a pause, other invented text or the window's edge comes behind a segment.
    private func isSilent(after segment: TranscribedSegment, until next: TranscribedSegment?) -> Bool {
        (next?.words?.first?.start ?? end) - segment.end > threshold || next?.looksInvented == true
            || wholeEnd - segment.end < 2
    }
}

extension TranscribedSegment {
    fileprivate var saysWords: Bool { words?.isEmpty == false }

    /// Whether its first eight words are too short, too long or too unlikely to have been said.
    fileprivate var looksInvented: Bool {
        let said = (words ?? []).filter { !punctuation.holds($0.word) }.prefix(8)
        guard saysWords else { return false }
        let score = said.reduce(0) { $0 + $1.anomaly }
        return score >= 3 || score + 0.01 >= Double(said.count)
    }
}

extension TranscribedWord {
    /// 1 for an unlikely word, and more the further it is from lasting 0.133 to 2 s.
    fileprivate var anomaly: Double {
        let duration = end - start
        return (probability < 0.15 ? 1 : 0) + (duration < 0.133 ? (0.133 - duration) * 15 : 0) + max(0, duration - 2)
    }
}

/// Such words do not count.
private let punctuation = TranscriptionOptions().prependedPunctuation + TranscriptionOptions().appendedPunctuation
