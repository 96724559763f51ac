public import TesseraAudio
public import TesseraFiles
public import TesseraTensor
internal import TesseraTransformer

/// Says what is heard in recordings, with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let classifier = try AudioClassifier(folder: "ast-finetuned-audioset")
/// for prediction in try classifier.classify(AudioFile("street.flac")).predictions {
///     print(prediction.label, prediction.score)
/// }
/// ```
///
/// Loaded once, it is a value to be shared between tasks: nothing in it changes. The Audio Spectrogram Transformer is supported,
/// and wav2vec 2.0 and HuBERT with a head for sequences.
public struct AudioClassifier: Sendable {
    /// What its folder is called, for errors.
    public let name: String
    /// With how many threads it computes.
    public let threads: Threads
    /// The model, of whatever family.
    package let model: any SoundModel

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { soundFamilies.modelTypes }

    /// Loads config.json, the settings of the feature extractor and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false, threads: Threads = .current
    ) throws(FileError) {
        try self.init(ModelFolder(folder), precision: precision, allowNonFinite: allowNonFinite, threads: threads)
    }

    /// Loads the model of a folder that was found; its name is the folder's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false,
        threads: Threads = .current
    ) throws(FileError) {
        (self.threads, name) = (threads, folder.name)
        let config = try folder.read("config.json")
        let family = try soundFamilies.family(of: config)
        model = try threads.run { () throws(FileError) in
            try family.init(folder, config, precision: precision, allowNonFinite: allowNonFinite)
        }
    }

    /// The labels' names, by index.
    public var labels: [String] { model.labels }

    /// The seconds that the model hears at once, from the fewest that it needs to the most.
    public var windowDurations: ClosedRange<Double> {
        let rate = Double(model.sampleRate)
        return Double(model.sampleCounts.lowerBound) / rate...Double(model.sampleCounts.upperBound) / rate
    }

    /// The likeliest labels of a recording, best first: of as much as the model hears at once, or of all stretches of it.
    ///
    /// - Parameters:
    ///   - window: seconds of a stretch, within `windowDurations`; nil for the beginning of the recording alone. With stretches, the
    ///     recording's own labels are those of the mean of their logits.
    ///   - topK: how many labels to give.
    /// - Throws: `FileError` when the recording is damaged, cannot be read, or is shorter than what the model needs;
    ///   `CancellationError` when the task is cancelled.
    public func classify(_ recording: AudioFile, window: Double? = nil, topK: Int = 5) throws -> ClassifiedSound {
        try threads.run {
            try Cancellation.endingEarly {
                var sound = SoundWindows(try recording.samples(at: model.sampleRate), model, window: window)
                var windows: [(start: Double, end: Double, logits: Tensor)] = []
                while let next = try sound.next() { windows.append(next) }
                guard !windows.isEmpty else {
                    let least = windowDurations.lowerBound
                    throw FileError(.badData, path: recording.path, cause: "is shorter than \(least) seconds")
                }
                return ClassifiedSound(
                    predictions: predictions(mean(windows.map(\.logits)), topK),
                    windows: window.map { _ in
                        windows.map { .init(start: $0.start, end: $0.end, predictions: predictions($0.logits, topK)) }
                    },
                    duration: recording.duration ?? sound.seconds, warnings: sound.warnings)
            }
        }
    }

    private func predictions(_ logits: Tensor, _ topK: Int) -> [Prediction] {
        logits.predictions(labels, model.scores, topK: topK)[0]
    }
}

/// - Parameter logits: `[1, labels]` each
private func mean(_ logits: [Tensor]) -> Tensor {
    var sum = logits[0]
    for next in logits.dropFirst() { sum += next }
    if logits.count > 1 { sum *= 1 / Float(logits.count) }
    return sum
}
