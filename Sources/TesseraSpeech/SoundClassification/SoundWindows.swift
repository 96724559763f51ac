internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTensor

/// Goes through a recording stretch by stretch.
struct SoundWindows {
    private let samples: AudioSamples
    private let model: any SoundModel
    /// Samples of a stretch; nil where the beginning alone is heard.
    private let length: Int?
    private var position = 0
    private var isAtEnd = false
    /// Whether the recording goes on behind what is heard of it.
    private var isCut = false

    /// - Parameter window: seconds of a stretch; nil where the beginning alone is heard.
    init(_ samples: AudioSamples, _ model: any SoundModel, window: Double?) {
        (self.samples, self.model) = (samples, model)
        length = window.map { seconds in
            let count = Int((seconds * Double(model.sampleRate)).rounded())
            return min(max(count, model.sampleCounts.lowerBound), model.sampleCounts.upperBound)
        }
    }

    /// That were read.
    var seconds: Double { Double(position) / Double(samples.sampleRate) }
    var warnings: [String] {
        guard isCut else { return samples.warnings }
        return samples.warnings + ["only the first \(seconds) seconds are heard at once: windows reach the rest"]
    }

    /// The next stretch that is long enough, with its logits `[1, labels]`; nil behind the last.
    mutating func next() throws(FileError) -> (start: Double, end: Double, logits: Tensor)? {
        guard !isAtEnd, !Task.isCancelled else { return nil }
        let start = seconds
        let stretch = try samples.read(upTo: length ?? model.sampleCounts.upperBound)
        position += stretch.count
        isAtEnd = length == nil
        if length == nil { isCut = try !samples.read(upTo: 1).isEmpty }
        guard stretch.count >= model.sampleCounts.lowerBound else { return nil }
        return (start, seconds, model.logits(of: model.input(stretch)))
    }
}
