internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTraining

/// What a clip can be made of: the tokens of a recording, and when they are spoken.
struct SpokenRecording: Sendable {
    /// Start, language, encoding.
    let startSequence: [Int32]
    /// One of the whole recording where times are not known, none where nobody speaks.
    let segments: [SpokenSegment]
    /// Whether the segments' times are known, and the model has tokens for them.
    let hasTimes: Bool
    /// The samples from the beginning of speech to its end: of the segments, or from the first to the last that is at most
    /// 40 dB below the peak.
    let span: Range<Int>

    var tokens: [Int32] { segments.flatMap(\.tokens) }
}

/// Reads recordings into the form from which augmentation starts.
struct SpeechReader: Sendable {
    let encoding: any TranscriptEncoding
    /// In Hz.
    let sampleRate: Int
    /// Of recordings that name none.
    let language: String?
    /// How many samples of a recording are read: more than a window, so that longer ones are told, and more again where they
    /// may be spoken faster.
    let sampleLimit: Int

    /// - Throws: `FileError` when the file is absent, damaged or cannot be read.
    func samples(_ recording: TranscribedRecording) throws(FileError) -> [Float] {
        do throws(FileError) {
            return try wholeSamples(recording.audio)
        } catch { throw recording.error(error.kind, error.cause, place: error.place) }
    }

    /// A text is not learnt from a part of what it says: a recording of which some is missing counts as damaged.
    private func wholeSamples(_ path: String) throws(FileError) -> [Float] {
        let source = try AudioFile(path).samples(at: sampleRate)
        let samples = try source.read(upTo: sampleLimit)
        // What is behind the last sample is known only when it was looked for.
        if samples.count < sampleLimit { _ = try source.read(upTo: 1) }
        guard !source.isIncomplete else {
            throw FileError(.badData, path: path, cause: source.warnings.joined(separator: "; "))
        }
        return samples
    }

    /// Reads a recording, and checks that a clip can be made of it.
    ///
    /// - Throws: `FileError` naming the recording, and where it is written down.
    func read(_ recording: TranscribedRecording) throws(FileError) -> (spoken: SpokenRecording, samples: [Float]) {
        let start = try encoding.startSequence(recording, language: language)
        let samples = try samples(recording)
        let segments = try segments(of: recording, samples)
        let hasTimes = encoding.knowsTimes && !recording.segments.isEmpty
        let count = encoding.tokenCount(of: segments, hasTimes: hasTimes) + start.count
        guard count <= encoding.contextLength else {
            throw recording.error(
                .badData, "its text takes \(count) tokens; the model's decoder reads \(encoding.contextLength)")
        }
        var span = samples.sounding(decibelsBelowPeak: 40)
        if !recording.segments.isEmpty, let first = segments.first, let last = segments.last {
            let end = min(Int(last.end * Double(sampleRate)), samples.count)
            span = min(Int(first.start * Double(sampleRate)), end)..<end
        }
        return (SpokenRecording(startSequence: start, segments: segments, hasTimes: hasTimes, span: span), samples)
    }

    private func segments(of recording: TranscribedRecording, _ samples: [Float]) throws(FileError) -> [SpokenSegment] {
        let duration = Double(samples.count) / Double(sampleRate)
        // What is behind the limit is not in a clip.
        let isWhole = samples.count < sampleLimit
        guard !recording.segments.isEmpty else {
            let segment = SpokenSegment(start: 0, end: duration, tokens: encoding.tokens(recording.text))
            guard encoding.isWhole(segment) else {
                let length = (try? AudioFile(recording.audio).duration) ?? duration
                throw recording.error(.badData, "is \(seconds(length)) long; \(window)")
            }
            return segment.tokens.isEmpty ? [] : [segment]
        }
        var segments: [SpokenSegment] = []
        for segment in recording.segments {
            let tokens = encoding.tokens(segment.text)
            guard segment.start < duration else {
                guard isWhole else { break }
                throw recording.error(
                    .badData, "a segment begins at \(seconds(segment.start)), behind its end at \(seconds(duration))")
            }
            guard !tokens.isEmpty else { continue }
            let end = isWhole ? min(segment.end, duration) : segment.end
            segments.append(SpokenSegment(start: segment.start, end: end, tokens: tokens))
        }
        if let first = segments.first, !encoding.isWhole(first) {
            throw recording.error(.badData, "its first segment ends after \(seconds(first.end)); \(window)")
        }
        return segments
    }

    private var window: String { "the model's window is \(seconds(encoding.windowDuration))" }

    /// Reads recordings on all threads.
    ///
    /// - Returns: those that could be read, in order; their samples, or nil when they take more bytes than `memoryLimit`; and
    ///   why the others could not be read.
    func readAll(
        _ recordings: [TranscribedRecording], memoryLimit: Int, _ progress: (Int) -> Void
    ) -> (spoken: [SpokenRecording], samples: [[Float]]?, failures: [(index: Int, error: FileError)]) {
        var spoken: [SpokenRecording] = []
        var kept = KeptSamples<[Float]>(limit: memoryLimit)
        let failures = readTogether(recordings, progress: progress) { recording throws(FileError) in
            try read(recording)
        } keep: {
            kept.keep($0.samples, byteCount: $0.samples.count * MemoryLayout<Float>.stride)
            spoken.append($0.spoken)
        }
        return (spoken, kept.samples, failures)
    }
}

/// A time in a message: `41.2 s`, `30 s`.
private func seconds(_ time: Double) -> String {
    let tenths = Int((time * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
}
