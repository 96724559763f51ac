internal import TesseraAudio
public import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// Recordings to train a speech Transformer on, varied and brought to the frames and tokens that it takes.
///
/// ```swift
/// let folder = try SpeechFolder(ModelFolder("whisper-tiny"))
/// let parts = try SpeechManifest("speech/train.jsonl").split(validationFraction: 0.05, seed: 42)
/// let training = try TranscribedClips(reading: parts.training, folder: folder, augmentation: .standard, seed: 42)
/// for error in training.unreadable { print(error) }
/// let batch = try training.batch([3, 1, 4, 1], epoch: 0)
/// ```
///
/// Clips have the tokens on which the family was trained. Those whose segments have times are written down with timestamps every
/// other time. Of a recording that is longer than the model's window, and whose segments have
/// times, the beginning is learned.
public struct TranscribedClips: TrainingData {
    /// The recordings that could be read.
    public let recordings: [TranscribedRecording]
    /// Why the others could not, or why no clip can be made of them.
    public let unreadable: [FileError]
    /// How clips are varied from epoch to epoch.
    public let augmentation: SpeechAugmentation
    /// How recordings are spoken one after another; nil where each is a clip for itself.
    public let joining: SpeechJoining?
    /// The share of batches whose clips are padded with silence to the model's window.
    public let fullWindowShare: Double
    /// What all chance comes from, together with epoch and sample: the same seed gives the same batches.
    public let seed: UInt64
    let encoding: any TranscriptEncoding
    let spoken: [SpokenRecording]
    let speedFilters: SpeedFilters
    /// Whether a recording's speech can be a part of a longer clip: there is some, and with times it fits the window and the
    /// decoder's context.
    let isJoinable: [Bool]
    let voices: VoiceGroups
    private let spectrogram: LogMelSpectrogram
    private let reader: SpeechReader
    /// Of each recording; nil when they would not fit the memory that was allowed.
    private let samples: [[Float]]?

    public var sampleCount: Int { recordings.count }

    /// Reads every recording once, on all threads: damage is found before a training begins, not hours into it. They stay in
    /// memory, 32 bits a sample, if they fit; else each is read again for each batch.
    ///
    /// Recordings that cannot be read, do not fit the model's window or the decoder's context, or are in a language that the
    /// model does not know are left out, and are then in `unreadable`.
    ///
    /// - Parameters:
    ///   - folder: of the model; its weights are not looked at.
    ///   - joining: how recordings are put together to longer clips; nil for clips of one recording each.
    ///   - fullWindowShare: the share of batches whose clips are padded with silence to the model's whole window, as decoding
    ///     pads them; the others are as long as their longest clip, and that much faster.
    ///   - language: of recordings that name none, such as `en`; a model that knows one language only needs none.
    ///   - seed: of the variation; two trainings with one seed hear the same clips.
    ///   - memoryLimit: in bytes, for all recordings together.
    ///   - progress: is told from time to time how many more recordings were read.
    /// - Throws: `FileError` when the folder's files contradict each other, or its model cannot be trained.
    public init(
        reading recordings: [TranscribedRecording], folder: SpeechFolder, augmentation: SpeechAugmentation = .none,
        joining: SpeechJoining? = nil, fullWindowShare: Double = 0.5, language: String? = nil, seed: UInt64 = 0,
        memoryLimit: Int = 1 << 30, progress: (Int) -> Void = { _ in }
    ) throws(FileError) {
        let family = try folder.trainableFamily()
        precondition((50...200).contains(augmentation.speeds.lowerBound), "at least half the speed")
        precondition((50...200).contains(augmentation.speeds.upperBound), "at most twice the speed")
        (self.augmentation, self.joining, self.fullWindowShare) = (augmentation, joining, fullWindowShare)
        self.seed = seed
        spectrogram = try family.spectrogram(folder)
        let settings = spectrogram.settings
        encoding = try family.transcriptEncoding(folder)
        reader = SpeechReader(
            encoding: encoding, sampleRate: settings.sampleRate, language: language,
            sampleLimit: (settings.windowSampleCount + settings.windowSampleCount / 50)
                * max(augmentation.speeds.upperBound, 100) / 100)
        let read = reader.readAll(recordings, memoryLimit: memoryLimit, progress)
        let failed = Set(read.failures.map(\.index))
        self.recordings = recordings.indices.filter { !failed.contains($0) }.map { recordings[$0] }
        unreadable = read.failures.map(\.error)
        (spoken, samples) = (read.spoken, read.samples)
        speedFilters = SpeedFilters(augmentation.speeds)
        let encoding = encoding
        let isJoinable = spoken.map { recording in
            !recording.segments.isEmpty && (1...settings.windowSampleCount).contains(recording.span.count)
                && recording.startSequence.count + recording.tokens.count + 2 <= encoding.contextLength
        }
        self.isJoinable = isJoinable
        voices = VoiceGroups(self.recordings, spoken, members: spoken.indices.filter { isJoinable[$0] })
    }

    /// The clips with these numbers, varied as the augmentation says.
    ///
    /// - Throws: `FileError` when a recording is not kept in memory and can no longer be read.
    public func batch(_ samples: [Int], epoch: Int) throws -> SpeechBatch {
        var clips: [SpeechClip] = []
        for sample in samples {
            var random = generator(epoch, sample).part(1)
            clips.append(clip(try sound(sample, epoch: epoch), &random))
        }
        var random = generator(epoch, samples.first ?? 0).part(2)
        let isFull = Double(random.nextUniform()) < fullWindowShare
        return SpeechBatch(
            clips, endToken: encoding.endToken,
            leastFrameCount: isFull ? spectrogram.settings.windowFrameCount : 0)
    }

    /// What is heard in a clip, and the transcript of it.
    package func sound(_ sample: Int, epoch: Int) throws(FileError) -> Utterance {
        var random = generator(epoch, sample)
        var utterance = try utterance(sample, &random)
        utterance.cut(toWindowOf: encoding, sampleRate: sampleRate)
        try addNoise(to: &utterance, &random)
        return utterance
    }

    private func generator(_ epoch: Int, _ sample: Int) -> RandomGenerator {
        // The first number sets these apart from what else a training draws from its seed.
        RandomGenerator(seed: seed, 0x7370_6565, UInt64(epoch), UInt64(sample))
    }

    /// In Hz.
    package var sampleRate: Int { spectrogram.settings.sampleRate }
    var windowSampleCount: Int { spectrogram.settings.windowSampleCount }

    func samples(of sample: Int) throws(FileError) -> [Float] {
        if let samples { return samples[sample] }
        return try reader.samples(recordings[sample])
    }

    private func clip(_ utterance: Utterance, _ random: inout RandomGenerator) -> SpeechClip {
        var stream = LogMelStream(spectrogram)
        stream.append(utterance.samples)
        stream.finish()
        var frames = stream.features(0..<stream.frameCount)
        augmentation.masks.apply(to: &frames, using: &random)
        let tokens = encoding.targets(utterance.transcript)
        return SpeechClip(
            frames: frames,
            silence: LogMelSpectrogram.feature(ofSilenceBelow: stream.maximum), inputs: tokens.inputs,
            targets: tokens.targets)
    }
}
