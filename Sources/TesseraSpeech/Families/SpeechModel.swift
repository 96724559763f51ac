package import TesseraAudio
package import TesseraFiles
package import TesseraTensor
package import TesseraTransformer

/// A model that writes down speech: layers, and what its family needs beside them to make text of sound.
package protocol SpeechModel: PublishedFamily {
    /// Loads a model to be run.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    init(_ folder: SpeechFolder, precision: Precision, allowNonFinite: Bool) throws(FileError)

    /// A model of this family in files of other programs, as the folder of the hub that it would be; nil where the folder holds none.
    ///
    /// - Throws: `FileError` when it holds one that is damaged, or is a file that no program is known for.
    static func presented(_ folder: ModelFolder) throws(FileError) -> ModelFolder?

    /// What it can do beyond writing down what is said.
    var capabilities: Set<Transcriber.Capability> { get }

    /// The codes of the languages that it knows; empty where it knows one.
    var languages: [String] { get }

    /// The code of the language that it knows, where it knows one; nil where its files do not say which.
    var onlyLanguage: String? { get }

    /// What makes log-mel frames of sound for it; nil where it hears something else.
    var spectrogram: LogMelSpectrogram? { get }

    /// Goes through a recording, with options that it is capable of.
    ///
    /// - Parameter speech: where somebody speaks, which alone is to be transcribed; nil where all is.
    /// - Throws: `FileError` when the recording cannot be read; `CancellationError` when the task is cancelled.
    func windows(
        of recording: AudioFile, _ options: TranscriptionOptions, in speech: [SpeechStretch]?
    ) throws -> any TranscribedWindows
}

extension SpeechModel {
    package static func presented(_ folder: ModelFolder) throws(FileError) -> ModelFolder? { nil }

    package var onlyLanguage: String? { Transcriber.onlyLanguage }
}

/// A recording that a model goes through window by window.
package protocol TranscribedWindows {
    /// Transcribes the next window; nil at the end, or when the task is cancelled.
    mutating func next() throws(FileError) -> TranscribedWindow?

    /// Seconds that are done, and seconds of the recording as far as is known.
    var progress: (done: Double, duration: Double) { get }

    /// What is odd about the file, as far as it was read.
    var warnings: [String] { get }

    /// The text of all segments together.
    func text(of segments: [TranscribedSegment]) -> String
}

/// What a window added to the transcript.
package struct TranscribedWindow: Sendable {
    package var segments: [TranscribedSegment]
    package var decision: WindowDecision
    package var language: String?
}

/// The families of speech models that are run.
let speechFamilies = FamilyRegistry<any SpeechModel.Type>(
    [Whisper.self, Speech2Text.self, Wav2Vec2.self, HuBERT.self], purpose: ("does not transcribe", others: "does")
) { $0 }
