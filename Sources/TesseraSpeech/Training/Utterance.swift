/// Sound, and what is said in it.
package struct Utterance: Sendable {
    package var samples: [Float]
    package var transcript: SpokenTranscript

    /// Cuts off what lies behind the model's window, of a transcript whose first segment ends within it.
    ///
    /// A segment that is cut in two stays the last of a transcript with times. Without times the sound ends where that
    /// segment would begin (Radford et al., 2022, 2.3).
    mutating func cut(toWindowOf encoding: any TranscriptEncoding, sampleRate: Int) {
        var end = encoding.windowDuration
        if let cut = transcript.segments.firstIndex(where: { !encoding.isWhole($0) }) {
            let segment = transcript.segments[cut]
            let isNamed = transcript.hasTimes && segment.start < end
            transcript.segments.removeSubrange((isNamed ? cut + 1 : cut)...)
            if !transcript.hasTimes { end = min(end, segment.start) }
        }
        samples.removeLast(max(0, samples.count - Int(end * Double(sampleRate))))
    }
}
