internal import TesseraFiles

/// Brings aligned words to the segments they belong to, with openai/whisper's corrections (`add_word_timestamps`): attention
/// says badly when a pause ends.
struct WordTimes {
    /// When the segment before the next one ended, in seconds.
    private(set) var lastSpeech = 0.0
    private let prepended, appended: String

    /// Beginning with a recording.
    init(_ options: TranscriptionOptions) {
        (prepended, appended) = (options.prependedPunctuation, options.appendedPunctuation)
    }

    private static let sentenceEnds = ".。!！?？"

    /// - Parameters:
    ///   - segments: of one window; get their words, and times that fit them.
    ///   - alignment: the words of all of them.
    ///   - offset: where the window begins, in seconds.
    ///   - isText: tells text from timestamps.
    mutating func add(
        _ alignment: [AlignedWord], to segments: inout [TranscribedSegment], offset: Double, isText: (Int32) -> Bool
    ) {
        var alignment = alignment
        let median = medianDuration(alignment)
        shortenSentenceEnds(&alignment, longest: 2 * median)
        mergePunctuation(&alignment)
        var next = 0
        for index in segments.indices {
            let count = segments[index].tokens.count(where: isText)
            var saved = 0
            var words: [TranscribedWord] = []
            while next < alignment.count, saved < count {
                let word = alignment[next]
                if !word.word.isEmpty {
                    words.append(
                        TranscribedWord(
                            word: word.word, start: (offset + word.start).toHundredths,
                            end: (offset + word.end).toHundredths, probability: word.probability))
                }
                saved += word.tokens.count
                next += 1
            }
            if !words.isEmpty { fit(&words, &segments[index], median: median) }
            segments[index].words = words
        }
    }

    /// Takes note of when the window's last word ended.
    mutating func endWindow(at time: Double) { lastSpeech = time }

    /// At most 0.7 s; 0 without words.
    private func medianDuration(_ words: [AlignedWord]) -> Double {
        let durations = words.map { $0.end - $0.start }.filter { $0 != 0 }.sorted()
        guard !durations.isEmpty else { return 0 }
        let middle = durations.count / 2
        return min(0.7, durations.count % 2 == 1 ? durations[middle] : (durations[middle - 1] + durations[middle]) / 2)
    }

    /// Long words at the ends of sentences hold the pause behind them.
    private func shortenSentenceEnds(_ words: inout [AlignedWord], longest: Double) {
        guard longest > 0, words.count > 1 else { return }
        for index in 1..<words.count where words[index].end - words[index].start > longest {
            if WordTimes.sentenceEnds.holds(words[index].word) {
                words[index].end = words[index].start + longest
            } else if WordTimes.sentenceEnds.holds(words[index - 1].word) {
                words[index].start = words[index].end - longest
            }
        }
    }

    /// Punctuation joins the word behind or before it; what joined is left empty.
    private func mergePunctuation(_ words: inout [AlignedWord]) {
        var following = words.count - 1
        for previous in words.indices.dropLast().reversed() {
            let mark = words[previous].word
            if mark.hasSpaceInFront, prepended.holds(mark.trimmed) {
                words[following].word = mark + words[following].word
                words[following].tokens = words[previous].tokens + words[following].tokens
                (words[previous].word, words[previous].tokens) = ("", [])
            } else {
                following = previous
            }
        }
        var previous = 0
        for following in words.indices.dropFirst() {
            if words[previous].word.unicodeScalars.last != " ", appended.holds(words[following].word) {
                words[previous].word += words[following].word
                words[previous].tokens += words[following].tokens
                (words[following].word, words[following].tokens) = ("", [])
            } else {
                previous = following
            }
        }
    }

    /// Reconciles the times of a segment with those of its first and last word.
    private mutating func fit(_ words: inout [TranscribedWord], _ segment: inout TranscribedSegment, median: Double) {
        let longest = 2 * median
        let last = words.count - 1
        if words[0].end - lastSpeech > median * 4,
            words[0].end - words[0].start > longest
                || (words.count > 1 && words[1].end - words[0].start > longest * 2)
        {
            if words.count > 1, words[1].end - words[1].start > longest {
                let boundary = max(words[1].end / 2, words[1].end - longest)
                (words[0].end, words[1].start) = (boundary, boundary)
            }
            words[0].start = max(0, words[0].end - longest)
        }
        if segment.start < words[0].end, segment.start - 0.5 > words[0].start {
            words[0].start = max(0, min(words[0].end - median, segment.start))
        } else {
            segment.start = words[0].start
        }
        if segment.end > words[last].start, segment.end + 0.5 < words[last].end {
            words[last].end = max(words[last].start + median, segment.end)
        } else {
            segment.end = words[last].end
        }
        lastSpeech = segment.end
    }
}

extension Double {
    /// Rounded to hundredths, as times are shown.
    fileprivate var toHundredths: Double { (self * 100).rounded(.toNearestOrEven) / 100 }
}
