internal import TesseraAudio
public import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// Recordings to train a detector of speech on: in each epoch another part of each, as loud as chance will have it.
public struct LabelledSounds: TrainingData {
    /// The recordings that could be read.
    public let recordings: [LabelledRecording]
    /// Why the others could not.
    public let unreadable: [FileError]
    /// What all chance comes from, together with epoch and sample.
    public let seed: UInt64
    /// Whether parts and loudness vary; if not, each recording's beginning is heard as it is.
    public let isVaried: Bool
    private let configuration: FrameClassifierConfiguration
    private let spectrogram: LogMelSpectrogram
    /// Frames of each recording.
    private let frameCounts: [Int]

    public var sampleCount: Int { recordings.count }

    /// Reads every recording once: damage is found before a training begins. They are read again for each batch.
    ///
    /// - Parameters:
    ///   - configuration: of the model.
    ///   - progress: is told from time to time how many more recordings were read.
    public init(
        reading recordings: [LabelledRecording], for configuration: FrameClassifierConfiguration, isVaried: Bool,
        seed: UInt64, progress: (Int) -> Void = { _ in }
    ) {
        (self.configuration, self.isVaried, self.seed) = (configuration, isVaried, seed)
        spectrogram = LogMelSpectrogram(configuration.spectrogramSettings)
        let settings = spectrogram.settings
        var (read, counts, failures): ([LabelledRecording], [Int], [FileError]) = ([], [], [])
        for start in stride(from: 0, to: recordings.count, by: 64) {
            let part = recordings[start..<min(start + 64, recordings.count)]
            let results = Threads.map(part.count) { index in
                Result { () throws(FileError) in try recordings[start + index].sampleCount(at: settings.sampleRate) }
            }
            for (recording, result) in zip(part, results) {
                switch result {
                case .success(let count):
                    read.append(recording)
                    counts.append(count / settings.hopLength)
                case .failure(let error): failures.append(error)
                }
            }
            progress(part.count)
        }
        (self.recordings, frameCounts, unreadable) = (read, counts, failures)
    }

    /// Parts of the recordings with these numbers, all of one length: mostly a whole window, at times a shorter one, as the beginnings
    /// of recordings and short ones are heard. Shorter recordings are followed by silence.
    ///
    /// - Throws: `FileError` when a recording can no longer be read.
    public func batch(_ samples: [Int], epoch: Int) throws -> DetectorBatch {
        var random = generator(epoch, samples.first ?? 0).part(1)
        let isWhole = !isVaried || random.nextUniform() < 0.75
        let tokens =
            isWhole ? configuration.contextLength : 1 + Int(random.next() % UInt64(configuration.contextLength))
        let frames = tokens * configuration.framesAToken
        var (features, targets): ([Float], [Float]) = ([], [])
        for sample in samples {
            let part = try part(of: sample, frames: frames, epoch: epoch)
            features += part.features
            targets += part.targets
        }
        return DetectorBatch(
            frames: Tensor(shape: [samples.count, frames, configuration.melBinCount], features),
            targets: Tensor(shape: [samples.count, frames], targets))
    }

    private func part(of sample: Int, frames: Int, epoch: Int) throws(FileError) -> (
        features: [Float], targets: [Float]
    ) {
        var random = generator(epoch, sample)
        let room = max(0, frameCounts[sample] - frames)
        let first = isVaried ? Int(random.next() % UInt64(room + 1)) : 0
        let gain = isVaried ? amplitude(decibels: random.nextUniform() * 30 - 20) : 1
        let hop = spectrogram.settings.hopLength
        let source = try AudioFile(recordings[sample].audio).samples(at: spectrogram.settings.sampleRate)
        _ = try source.read(upTo: first * hop)
        let samples = try source.read(upTo: frames * hop)
        var stream = LogMelStream(spectrogram)
        stream.append(samples.map { $0 * gain } + [Float](repeating: 0, count: frames * hop - samples.count))
        stream.finish()
        return (stream.detectorFeatures(0..<frames).values, targets(sample, first..<first + frames))
    }

    /// 1 for frames in which somebody speaks.
    private func targets(_ sample: Int, _ frames: Range<Int>) -> [Float] {
        recordings[sample].speech.holds(frames, frameDuration: spectrogram.settings.frameDuration).map { $0 ? 1 : 0 }
    }

    private func generator(_ epoch: Int, _ sample: Int) -> RandomGenerator {
        // The first number sets these apart from what else a training draws from its seed.
        RandomGenerator(seed: seed, 0x6465_7465, UInt64(epoch), UInt64(sample))
    }
}

extension LabelledRecording {
    /// How many samples there are at that rate, all of which are read.
    fileprivate func sampleCount(at rate: Int) throws(FileError) -> Int {
        let source = try AudioFile(audio).samples(at: rate)
        var count = 0
        while case let block = try source.read(upTo: 60 * rate), !block.isEmpty { count += block.count }
        guard !source.isIncomplete else {
            throw FileError(.badData, path: audio, cause: source.warnings.joined(separator: "; "), place: place)
        }
        return count
    }
}
