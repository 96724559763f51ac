internal import TesseraAudio
public import TesseraFiles
internal import TesseraTensor

extension LabelledClips {
    /// The same with mean and deviation of the features of these recordings, of about a thousand of them at most: what a new model's
    /// spectrograms are normalised by.
    ///
    /// - Throws: `FileError` when a recording is not kept in memory and can no longer be read.
    public func normalized() throws(FileError) -> LabelledClips {
        var plain = settings
        plain.normalizes = false
        let features = SpectrogramWindows(plain)
        var moments = Moments()
        for sample in stride(from: 0, to: sampleCount, by: max(1, sampleCount / 1_000)) {
            let sound = try sound(sample)
            // What fills a window up says nothing about sounds.
            moments.add(features(sound).rows(0..<features.frameCount(sampleCount: sound.count)).values)
        }
        var clips = self
        // Of silence alone there is nothing to bring to a scale.
        (plain.mean, plain.deviation) = (moments.mean, max(1e-3, moments.variance.squareRoot()))
        plain.normalizes = true
        clips.settings = plain
        return clips
    }
}

/// Sums of numbers and of their squares.
private struct Moments {
    private var count = 0
    private var sum = 0.0, squares = 0.0

    mutating func add(_ values: [Float]) {
        count += values.count
        for value in values { (sum, squares) = (sum + Double(value), squares + Double(value) * Double(value)) }
    }

    var mean: Double { sum / Double(max(1, count)) }
    var variance: Double { max(0, squares / Double(max(1, count)) - mean * mean) }
}
