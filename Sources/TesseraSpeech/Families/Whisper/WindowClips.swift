extension TranscriptionOptions {
    /// The frames that are transcribed: the clips that are named, or all there are; of them what is speech, where that is known.
    func clips(of source: some FrameSource, frameDuration: Double, in speech: [SpeechStretch]?) -> [Range<Int>] {
        let named = clips.isEmpty ? [Clip(start: 0)] : clips
        let frames = named.compactMap { $0.frames(of: frameDuration, in: source.frameCount) }
        guard let speech else { return frames }
        let spoken = speech.compactMap {
            Clip(start: $0.start, end: $0.end).frames(of: frameDuration, in: source.frameCount)
        }
        return frames.flatMap { clip in spoken.map(clip.clamped).filter { !$0.isEmpty } }
    }

    /// What is to be said of clips that lie behind the recording's end.
    func absentClipWarnings(_ source: some FrameSource, frameDuration: Double) -> [String] {
        clips.filter { $0.frames(of: frameDuration, in: source.frameCount) == nil }
            .map { "from \($0.start) s on there is nothing: the recording has \(source.duration) s" }
    }
}

extension TranscriptionOptions.Clip {
    /// The frames of the clip, each of so many seconds; nil where it has none of those that there are.
    fileprivate func frames(of duration: Double, in count: Int) -> Range<Int>? {
        precondition(start >= 0 && end ?? start >= start, "a clip begins before it ends, and not before its recording")
        func frame(_ time: Double) -> Int { Int(min(time / duration, Double(count)).rounded(.toNearestOrEven)) }
        let (first, last) = (frame(start), end.map(frame) ?? count)
        return first < last ? first..<last : nil
    }
}

extension [TranscribedSegment] {
    /// Numbers a window's segments, and empties those without text or duration.
    mutating func number(from first: Int) {
        for index in indices {
            self[index].id = first + index
            guard self[index].start == self[index].end || self[index].text.trimmed.isEmpty else { continue }
            (self[index].text, self[index].tokens) = ("", [])
            if self[index].words != nil { self[index].words = [] }
        }
    }
}
