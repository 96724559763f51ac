public import TesseraFiles
public import TesseraTensor

/// The log-mel spectrogram of a whole recording as openai/whisper has it: floored at 8 below the maximum of the recording,
/// with silence after its end.
///
/// The recording is read through once for the maximum, which also tells whether all of it can be decoded. Frames of up to a
/// quarter of an hour are kept from then; those of a longer recording are made again, from the file, as they are asked for:
/// memory does not grow with its length.
///
/// ```swift
/// let recording = try RecordingSpectrogram(AudioFile("interview.flac"), spectrogram)
/// let features = try recording.features(0..<3000)   // [3000, melBins]
/// ```
public final class RecordingSpectrogram {
    /// What makes the frames.
    public let spectrogram: LogMelSpectrogram
    /// Samples at the spectrogram's rate.
    public let sampleCount: Int
    /// Frames that begin before the end, as many as hops fit into the samples.
    public let frameCount: Int
    /// The largest logarithm of all frames.
    public let maximum: Float
    /// What is odd about the recording, all of which was read.
    public let warnings: [String]
    private let file: AudioFile
    private var stream: LogMelStream
    /// Where `stream` gets its samples from; nil where it holds all frames.
    private var samples: AudioSamples?

    /// The frames that are kept from the first reading, when there are no more.
    public static let keptFrameLimit = 90_000

    /// Reads the recording to its end.
    ///
    /// - Parameter keptFrameLimit: The most frames to keep in memory until the end, instead of reading the file again.
    /// - Throws: `FileError` when a part of the recording is damaged or reading fails; `CancellationError` when the task is
    ///   cancelled meanwhile.
    public init(_ file: AudioFile, _ spectrogram: LogMelSpectrogram, keptFrameLimit: Int = keptFrameLimit) throws {
        self.file = file
        self.spectrogram = spectrogram
        let samples = try file.samples(at: spectrogram.settings.sampleRate)
        stream = LogMelStream(spectrogram)
        while try Self.advance(&stream, samples) {
            try Task.checkCancellation()
            if stream.frameCount > keptFrameLimit { stream.discardFrames(before: stream.frameCount) }
        }
        (sampleCount, frameCount, maximum) = (stream.sampleCount, stream.frameCount, stream.maximum)
        warnings = samples.warnings
    }

    /// Seconds of the recording.
    public var duration: Double { Double(sampleCount) / Double(spectrogram.settings.sampleRate) }

    /// The features of `frames`, which lie within the recording: `[frames, melBins]`.
    ///
    /// Ranges are to move forward: those that begin before an earlier one are read from the beginning of a long file again.
    ///
    /// - Throws: `FileError` when reading fails, or the file has changed since it was opened.
    public func features(_ frames: Range<Int>) throws(FileError) -> Tensor {
        precondition(frames.lowerBound >= 0 && frames.upperBound <= frameCount, "frames \(frames) of \(frameCount)")
        if frames.lowerBound < stream.heldFrames.lowerBound {
            samples = try file.samples(at: spectrogram.settings.sampleRate)
            stream = LogMelStream(spectrogram)
        }
        if let samples {
            while stream.heldFrames.upperBound < frames.upperBound {
                guard try Self.advance(&stream, samples) else { break }
                stream.discardFrames(before: frames.lowerBound)
            }
            stream.discardFrames(before: frames.lowerBound)
        }
        guard frames.upperBound <= stream.heldFrames.upperBound else {
            throw FileError(.inputOutput, path: file.path, cause: "was cut while it was being read")
        }
        return stream.features(frames, maximum: maximum)
    }

    /// Reads about ten seconds into `stream`; returns whether there was anything left to do.
    private static func advance(_ stream: inout LogMelStream, _ samples: AudioSamples) throws(FileError) -> Bool {
        guard !stream.isFinished else { return false }
        let block = try samples.read(upTo: 10 * samples.sampleRate)
        if block.isEmpty { stream.finish() } else { stream.append(block) }
        return true
    }
}
