internal import TesseraFiles

/// How the decoder of a family is taught: what it reads for a transcript, and what is to follow each of these tokens.
protocol TranscriptEncoding: Sendable {
    /// What fills up the tokens of shorter clips.
    var endToken: Int32 { get }
    /// The most tokens that the decoder reads.
    var contextLength: Int { get }
    /// Of the model's window, in seconds.
    var windowDuration: Double { get }
    /// Whether the decoder can be taught the times of segments.
    var knowsTimes: Bool { get }

    /// The tokens of a text.
    func tokens(_ text: String) -> [Int32]

    /// The tokens that the transcript of `recording` begins with.
    ///
    /// - Parameter language: of recordings that name none.
    /// - Throws: `FileError` naming the recording when the model does not know its language or task.
    func startSequence(_ recording: TranscribedRecording, language: String?) throws(FileError) -> [Int32]

    /// The sequence for a transcript whose segments begin within the window and follow one another. The last may go on behind
    /// its end.
    func targets(_ transcript: SpokenTranscript) -> SpeechTargets

    /// How many tokens the decoder reads at most behind the start sequence of a transcript of `segments`.
    func tokenCount(of segments: [SpokenSegment], hasTimes: Bool) -> Int

    /// A segment's tokens with its times, in seconds.
    func timed(_ tokens: [Int32], from start: Double, to end: Double) -> [Int32]

    /// Whether a segment ends within the window.
    func isWhole(_ segment: SpokenSegment) -> Bool
}

/// What the decoder reads for a clip, and what is to follow each of these tokens.
struct SpeechTargets: Sendable, Equatable {
    var inputs: [Int32]
    /// -1 where nothing is to be learned.
    var targets: [Int32]
}

/// A part of a clip that is spoken without a break.
package struct SpokenSegment: Sendable, Equatable {
    /// In seconds from the clip's beginning.
    package var start, end: Double
    package var tokens: [Int32]
}

/// What is said in a clip, as tokens.
package struct SpokenTranscript: Sendable, Equatable {
    /// Start, language, task.
    package var startSequence: [Int32]
    /// None where nobody speaks. Where their times are not known there is one segment of the whole clip.
    package var segments: [SpokenSegment]
    /// Whether times are written down.
    package var hasTimes: Bool
    /// Text that came before the clip; empty for none.
    package var previous: [Int32] = []
}
