internal import TesseraTransformer

extension WindowTranscription {
    /// Adds the times of words.
    mutating func addWords(
        to segments: inout [TranscribedSegment], _ decoder: WindowDecoder, _ window: KeyValueCache, _ frames: Int
    ) {
        let vocabulary = vocabulary
        let isText = { (token: Int32) in token < vocabulary.endOfText }
        let offset = Double(seek) * frameDuration
        let alignment = WordAlignment(decoder).words(
            segments.flatMap { $0.tokens.filter(isText) }, window: window, positionCount: frames / framesAPosition,
            positionDuration: Double(framesAPosition) * frameDuration, language: language?.code)
        wordTimes.add(alignment, to: &segments, offset: offset, isText: isText)
    }

    /// The frame at a time in seconds.
    func frame(at time: Double) -> Int { Int((time / frameDuration).rounded(.toNearestOrEven)) }

    /// The last word says where to go on, unless nothing more is said in this window; nil where it does not say.
    func frame(behind segments: [TranscribedSegment], _ cut: WindowSegments, frames: Int) -> Int? {
        guard !cut.isSingleTimestamp, let last = segments.lastEnd, frame(at: last) > seek else { return nil }
        let rest = Double(seek + windowFrames) * frameDuration - last
        let isRestShort = options.hallucinationSilenceThreshold.map { rest <= $0 } ?? false
        return isRestShort ? seek + frames : frame(at: last)
    }

    func hallucinations(frames: Int, since lastSpeech: Double) -> Hallucinations? {
        options.hallucinationSilenceThreshold.map { threshold in
            Hallucinations(
                threshold: threshold, start: Double(seek) * frameDuration,
                end: Double(seek + frames) * frameDuration, wholeEnd: Double(seek + windowFrames) * frameDuration,
                recordingEnd: Double(source.frameCount) * frameDuration, lastSpeech: lastSpeech)
        }
    }
}

extension [TranscribedSegment] {
    /// When the last word was said, in seconds; when the last segment ends where none has words.
    var lastEnd: Double? {
        last { $0.words?.isEmpty == false }?.words?.last?.end ?? last?.end
    }
}
