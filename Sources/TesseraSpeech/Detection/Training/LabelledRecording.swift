/// A recording and where in it somebody speaks.
public struct LabelledRecording: Sendable, Equatable {
    /// The file's path.
    public var audio: String
    /// In the order of their times; none where nobody speaks.
    public var speech: [SpeechStretch]
    /// Where this is written down, such as `line 3 of train.jsonl`: for errors.
    public var place: String?

    /// - Parameters:
    ///   - audio: the file's path.
    ///   - speech: in the order of their times; none where nobody speaks.
    ///   - place: where this is written down, for errors.
    public init(audio: String, speech: [SpeechStretch], place: String? = nil) {
        (self.audio, self.speech, self.place) = (audio, speech, place)
    }
}
