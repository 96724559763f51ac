public import TesseraAudio
public import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// Recordings to train a classifier of sounds on, varied and brought to the spectrograms that it reads.
///
/// ```swift
/// let folder = try ClassFolder(recordings: "birds")
/// let parts = folder.split(validationFraction: 0.1, seed: 42)
/// let training = LabelledClips(reading: parts.training, settings: settings, augmentation: .standard, seed: 42)
/// let batch = try training.batch([3, 1, 4, 1], epoch: 0)
/// ```
///
/// Without augmentation a recording is what `AudioClassifier` makes of it: its beginning, filled up to the model's window.
public struct LabelledClips: TrainingData {
    /// The recordings that could be read.
    public let files: [LabelledFile]
    /// Why the others could not.
    public let unreadable: [FileError]
    /// How sounds are brought to the form that the model reads.
    public internal(set) var settings: SpectrogramWindowSettings {
        get { features.settings }
        set { features = SpectrogramWindows(newValue) }
    }
    /// How sounds are varied from epoch to epoch.
    public let augmentation: SoundAugmentation
    /// What all chance comes from, together with epoch and sample: the same seed gives the same batches.
    public let seed: UInt64
    private var features: SpectrogramWindows
    /// Of each recording; nil when they would not fit the memory that was allowed.
    private let samples: [[Float]]?

    public var sampleCount: Int { files.count }

    /// Reads every recording once, on all threads: damage is found before a training begins, not hours into it. They stay in
    /// memory, 32 bits a sample, if they fit; else each is read again for each batch. Those that cannot be read, of which some is
    /// missing, or that are shorter than a frame are left out, and are then in `unreadable`.
    ///
    /// - Parameters:
    ///   - settings: of the model.
    ///   - seed: of the variation; two trainings with one seed hear the same sounds.
    ///   - memoryLimit: in bytes, for all recordings together.
    ///   - progress: is told from time to time how many more recordings were read.
    public init(
        reading files: [LabelledFile], settings: SpectrogramWindowSettings, augmentation: SoundAugmentation = .none,
        seed: UInt64 = 0, memoryLimit: Int = 1 << 30, progress: (Int) -> Void = { _ in }
    ) {
        (features, self.augmentation, self.seed) = (SpectrogramWindows(settings), augmentation, seed)
        let read = SoundReader(settings: settings).readAll(files.map(\.path), memoryLimit: memoryLimit, progress)
        let failed = Set(read.failures.map(\.index))
        self.files = files.indices.filter { !failed.contains($0) }.map { files[$0] }
        (unreadable, samples) = (read.failures.map(\.error), read.samples)
    }

    /// The sounds with these numbers, varied as the augmentation says.
    ///
    /// - Throws: `FileError` when a recording is not kept in memory and can no longer be read.
    public func batch(_ samples: [Int], epoch: Int) throws -> SpectrogramBatch {
        var values: [Float] = []
        for sample in samples { values += try spectrogram(sample, epoch: epoch).values }
        return SpectrogramBatch(
            spectrograms: Tensor(shape: [samples.count, settings.frameCount, settings.melBinCount], values),
            labels: samples.map { Int32(files[$0].label) })
    }

    /// `[frames, mel bins]`
    private func spectrogram(_ sample: Int, epoch: Int) throws(FileError) -> Tensor {
        // The first number sets these apart from what else a training draws from its seed.
        var random = RandomGenerator(seed: seed, 0x736f_756e, UInt64(epoch), UInt64(sample))
        let sound = augmentation.varied(try sound(sample), for: settings, using: &random)
        var spectrogram = features(sound)
        augmentation.masks.apply(
            to: &spectrogram, first: features.frameCount(sampleCount: sound.count), using: &random)
        return spectrogram
    }

    func sound(_ sample: Int) throws(FileError) -> [Float] {
        if let samples { return samples[sample] }
        return try SoundReader(settings: settings).read(files[sample].path)
    }
}
