internal import TesseraTensor

extension [WaveformConvolution] {
    /// The frames of a sound: a second at a time, whose channels stay in the processor's caches from one convolution to the next.
    ///
    /// - Parameter samples: `[samples]`
    /// - Returns: `[frames, channels]`
    func frames(of samples: Tensor, _ configuration: WaveformConfiguration) -> Tensor {
        let count = configuration.frameCount(samples: samples.count)
        let channels = configuration.convolutions[self.count - 1].channels
        let settled = map { $0.settled(for: samples) }
        var result = Tensor(shape: [1, count, channels], repeating: 0)
        for first in stride(from: 0, to: count, by: framesAtOnce) where !Cancellation.isDue {
            let range = first..<Swift.min(first + framesAtOnce, count)
            let start = first * configuration.stride
            let piece = samples.rows(start..<start + configuration.sampleCount(frames: range.count))
            let frames = settled.reduce(piece.reshaped([piece.count, 1])) { $1($0) }
            result.replaceTokens(from: first, with: frames.reshaped([1, range.count, channels]))
        }
        return result.reshaped([count, channels])
    }
}

/// A second of speech.
private let framesAtOnce = 50
