internal import TesseraFiles

/// A recording and what is said in it.
public struct TranscribedRecording: Sendable, Equatable {
    /// A part of a recording that is spoken without a break.
    public struct Segment: Sendable, Equatable {
        /// In seconds from the recording's beginning.
        public var start, end: Double
        /// What is said between the two.
        public var text: String

        /// - Parameters:
        ///   - start: in seconds from the recording's beginning.
        ///   - end: the same.
        ///   - text: what is said between the two.
        public init(start: Double, end: Double, text: String) {
            (self.start, self.end, self.text) = (start, end, text)
        }
    }

    /// The file's path.
    public var audio: String
    /// All that is said; empty where nobody speaks.
    public var text: String
    /// What is said when, in the order of the times; empty where that is not known.
    public var segments: [Segment]
    /// A code such as `en`; nil where it is not said.
    public var language: String?
    /// What the text is: what was said, or its translation into English.
    public var task: TranscriptionOptions.Task
    /// Whoever speaks, by any name; nil where it is not known.
    public var speaker: String?
    /// Where this is written down, such as `line 3 of train.jsonl`: for errors.
    public var place: String?

    /// - Parameters:
    ///   - audio: the file's path.
    ///   - text: all that is said; empty where nobody speaks.
    ///   - segments: what is said when, in the order of the times; empty where that is not known.
    ///   - language: a code such as `en`; nil where it is not said.
    ///   - task: what the text is.
    ///   - speaker: whoever speaks, by any name; nil where it is not known.
    ///   - place: where this is written down, for errors.
    public init(
        audio: String, text: String, segments: [Segment] = [], language: String? = nil,
        task: TranscriptionOptions.Task = .transcribe, speaker: String? = nil, place: String? = nil
    ) {
        (self.audio, self.text, self.segments, self.language) = (audio, text, segments, language)
        (self.task, self.speaker, self.place) = (task, speaker, place)
    }
}

extension TranscribedRecording {
    /// What is wrong with the recording, naming where it is written down.
    func error(_ kind: FileError.Kind, _ cause: String, place: String? = nil) -> FileError {
        let places = [place, self.place].compactMap(\.self)
        return FileError(
            kind, path: audio, cause: cause, place: places.isEmpty ? nil : places.joined(separator: ", "))
    }
}
