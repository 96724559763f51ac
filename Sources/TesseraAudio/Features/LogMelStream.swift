public import TesseraTensor

/// The frames of a log-mel spectrogram, made as samples come in: from a microphone, or a recording too long to be held.
///
/// The signal is the one that openai/whisper sees: reflected before its first sample, and followed by silence. Frames are
/// kept as logarithms until they are discarded, and floored only when they are asked for, below the maximum so far or one
/// that is known better. Live transcription has no better one than the maximum so far: a loud passage later does not change
/// what was handed out.
///
/// ```swift
/// var stream = LogMelStream(spectrogram)
/// stream.append(samples)
/// let features = stream.features(stream.heldFrames)   // [frames, melBins]
/// stream.discardFrames(before: stream.frameCount - 100)
/// ```
public struct LogMelStream: Sendable {
    /// What makes the frames.
    public let spectrogram: LogMelSpectrogram
    /// Samples that came in.
    public private(set) var sampleCount = 0
    /// The frames that can be asked for.
    public private(set) var heldFrames = 0..<0
    /// The largest logarithm so far, at least silence's; of frames that were discarded too.
    public private(set) var maximum = LogMelSpectrogram.silence
    /// Whether the end of the signal was said.
    public private(set) var isFinished = false
    /// The samples from the beginning of the next frame on; before the first, those that are to be reflected.
    private var pending: [Float] = []
    private var isStarted = false
    /// Of the held frames, `[frames, melBins]`.
    private var logarithms: [Float] = []

    /// A stream at the beginning of a signal, without any samples yet.
    public init(_ spectrogram: LogMelSpectrogram) {
        self.spectrogram = spectrogram
    }

    /// Frames that the signal has so far, whether held or discarded. At the end it is as many as hops fit into the samples:
    /// frames that follow hold silence but for the last few samples, and count for the maximum only.
    public var frameCount: Int {
        isFinished ? min(heldFrames.upperBound, sampleCount / spectrogram.settings.hopLength) : heldFrames.upperBound
    }

    /// Takes the next samples, at the spectrogram's rate, full scale ±1.
    public mutating func append(_ samples: [Float]) {
        precondition(!isFinished, "samples after the end")
        sampleCount += samples.count
        extend(samples)
    }

    /// Says that no more samples follow but silence, and makes the last frames.
    public mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        extend([Float](repeating: 0, count: spectrogram.settings.transformSize))
    }

    /// Gives up the frames before `frame`.
    public mutating func discardFrames(before frame: Int) {
        let first = min(max(frame, heldFrames.lowerBound), heldFrames.upperBound)
        logarithms.removeFirst((first - heldFrames.lowerBound) * spectrogram.settings.melBinCount)
        heldFrames = first..<heldFrames.upperBound
    }

    /// The features of frames that are held, floored at 8 below `maximum`, or else below the maximum so far:
    /// `[frames, melBins]`.
    public func features(_ frames: Range<Int>, maximum: Float? = nil) -> Tensor {
        precondition(
            frames.lowerBound >= heldFrames.lowerBound && frames.upperBound <= heldFrames.upperBound,
            "frames \(frames) are not among those held, \(heldFrames)")
        let binCount = spectrogram.settings.melBinCount
        var result = Tensor(uninitialized: [frames.count, binCount])
        result.withMutableValues { values in
            let start = (frames.lowerBound - heldFrames.lowerBound) * binCount
            logarithms.withUnsafeBufferPointer { _ = values.update(fromContentsOf: $0[start...].prefix(values.count)) }
            LogMelSpectrogram.scale(values, maximum: maximum ?? self.maximum)
        }
        return result
    }

    private mutating func extend(_ samples: [Float]) {
        pending += samples
        let half = spectrogram.settings.transformSize / 2
        if !isStarted {
            guard pending.count > half else { return }
            pending = pending[1...half].reversed() + pending
            isStarted = true
        }
        let (size, hop) = (spectrogram.settings.transformSize, spectrogram.settings.hopLength)
        guard pending.count >= size else { return }
        let count = (pending.count - size) / hop + 1
        let valueCount = count * spectrogram.settings.melBinCount
        let made = [Float](unsafeUninitializedCapacity: valueCount) { target, filled in
            let target = UnsafeMutableBufferPointer(rebasing: target[..<valueCount])
            pending.withUnsafeBufferPointer { spectrogram.computeLogarithms($0, into: target) }
            maximum = max(maximum, target.largest())
            filled = valueCount
        }
        logarithms += made
        heldFrames = heldFrames.lowerBound..<heldFrames.upperBound + count
        pending.removeFirst(count * hop)
    }
}
