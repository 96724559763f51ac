/// The segments of a window: its tokens, cut where timestamps come in pairs (openai/whisper, `transcribe`).
struct WindowSegments {
    private(set) var list: [TranscribedSegment] = []
    /// Whether the last token is a timestamp without a twin: nothing more is said in the window.
    let isSingleTimestamp: Bool
    /// How far the timestamps say to go on, in frames.
    private(set) var advance: Int

    /// Behind the last pair of timestamps: what the next window begins with.
    private var rest = 0..<0
    private let result: DecodedWindow
    private let vocabulary: WhisperVocabulary
    private let seek: Int
    /// Seconds: where the window begins, and from one timestamp to the next.
    private let offset, precision: Double
    /// Seconds of the window that are of the recording.
    private let duration: Double

    /// - Parameters:
    ///   - seek: where the window begins, in frames.
    ///   - frames: how many of its frames are of the recording.
    ///   - framesAPosition: frames that one position of the encoder stands for.
    ///   - frameDuration: in seconds.
    ///   - believesFirstTimestamp: whether a text without pairs of timestamps begins where its first says, or with the window.
    init(
        _ result: DecodedWindow, _ vocabulary: WhisperVocabulary, seek: Int, frames: Int, framesAPosition: Int,
        frameDuration: Double, believesFirstTimestamp: Bool
    ) {
        (self.result, self.vocabulary, self.seek) = (result, vocabulary, seek)
        (offset, precision) = (Double(seek) * frameDuration, Double(framesAPosition) * frameDuration)
        (advance, duration) = (frames, Double(frames) * frameDuration)
        let tokens = result.tokens
        let isTimestamp = tokens.map(vocabulary.isTimestamp)
        isSingleTimestamp = isTimestamp.suffix(2) == [false, true]
        var cuts = tokens.indices.dropFirst().filter { isTimestamp[$0 - 1] && isTimestamp[$0] }
        guard !cuts.isEmpty else {
            list = [wholeSegment(believesFirstTimestamp: believesFirstTimestamp)]
            return
        }
        if isSingleTimestamp { cuts.append(tokens.count) }
        var first = 0
        for cut in cuts {
            list.append(segment(first..<cut, time(tokens[first]), time(tokens[cut - 1])))
            first = cut
        }
        if !isSingleTimestamp {
            advance = Int(tokens[first - 1] - vocabulary.firstTimestamp) * framesAPosition
            rest = first..<tokens.count
        }
    }

    /// The segments with what stands behind the last pair of timestamps, for a window that is not gone on from there.
    var whole: [TranscribedSegment] {
        guard rest.count > 1 else { return list }
        let start = time(result.tokens[rest.lowerBound])
        return list + [segment(rest, start, max(start, duration))]
    }

    /// What a timestamp stands for, in seconds from the window's beginning.
    private func time(_ token: Int32) -> Double { Double(token - vocabulary.firstTimestamp) * precision }

    /// All tokens, where there are no pairs of timestamps to cut them at.
    private func wholeSegment(believesFirstTimestamp: Bool) -> TranscribedSegment {
        let tokens = result.tokens
        var end = duration
        if let last = tokens.last(where: vocabulary.isTimestamp), last != vocabulary.firstTimestamp {
            end = time(last)
        }
        let first = tokens.first.flatMap { vocabulary.isTimestamp($0) ? time($0) : nil } ?? 0
        let start = believesFirstTimestamp ? first : 0
        return segment(tokens.indices, start, max(start, end))
    }

    private func segment(_ range: Range<Int>, _ start: Double, _ end: Double) -> TranscribedSegment {
        let tokens = Array(result.tokens[range])
        return TranscribedSegment(
            id: 0, seek: seek, start: offset + start, end: offset + end,
            text: vocabulary.text(tokens.filter { $0 < vocabulary.endOfText }), tokens: tokens,
            temperature: result.temperature, averageLogProbability: result.averageLogProbability,
            compressionRatio: result.compressionRatio, noSpeechProbability: result.noSpeechProbability,
            textTokens: result.logProbabilities.isEmpty ? nil : textTokens(range))
    }

    /// The tokens of text among some, and how likely they are.
    private func textTokens(_ range: Range<Int>) -> [TranscribedToken] {
        range.filter { result.tokens[$0] < vocabulary.endOfText }.map {
            TranscribedToken(
                bytes: vocabulary.tokenizer.bytes(of: result.tokens[$0]) ?? [],
                logProbability: result.logProbabilities[$0])
        }
    }
}
