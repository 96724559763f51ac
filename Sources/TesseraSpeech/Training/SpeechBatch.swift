public import TesseraTensor
public import TesseraTraining

/// What a speech Transformer hears, and the tokens that it is to write.
public struct SpeechClip: Sendable {
    /// Log-mel features, `[frames, mel bins]`
    public let frames: Tensor
    /// What a feature of the silence behind the frames is.
    public let silence: Float
    /// What the decoder reads, and what is to follow each of these tokens: -1 where nothing is to be learned.
    public let inputs, targets: [Int32]

    /// - Parameters:
    ///   - frames: log-mel features, `[frames, mel bins]`
    ///   - silence: what a feature of the silence behind them is.
    ///   - inputs: what the decoder reads.
    ///   - targets: what is to follow each of these tokens; -1 where nothing is to be learned.
    public init(frames: Tensor, silence: Float, inputs: [Int32], targets: [Int32]) {
        precondition(frames.rank == 2 && inputs.count == targets.count, "one target an input, and frames in rows")
        (self.frames, self.silence, self.inputs, self.targets) = (frames, silence, inputs, targets)
    }
}

/// Clips that pass a model together, brought to one length.
///
/// The tensors are made of a batch's clips when they are asked for: of parts of it, whose clips have about the same length,
/// they are shorter.
public struct SpeechBatch: TrainingBatch {
    /// As they are dealt out to workers: each part has clips of all lengths, neighbours about the same.
    public let clips: [SpeechClip]
    /// Clips of the whole batch for each of its targets, also in a part of it: a clip's sum of losses times this, averaged
    /// over clips, is the mean over targets, so that each token counts the same.
    public let weight: Float
    private let endToken: Int32
    private let leastFrameCount: Int

    /// Sorts the clips by length and deals them out, so that each of `partCount` equal parts holds clips of all lengths, and
    /// neighbours have about the same.
    ///
    /// - Parameters:
    ///   - endToken: what fills up the tokens of shorter clips; nothing is learned there.
    ///   - leastFrameCount: to which clips are padded at least.
    ///   - partCount: workers that share the batch, each of which takes the samples of one part.
    public init(
        _ clips: [SpeechClip], endToken: Int32, leastFrameCount: Int = 2, partCount: Int = Threads.current.count
    ) {
        self.clips = dealt(clips, into: partCount) { $0.frames.shape[0] }
        (self.endToken, self.leastFrameCount) = (endToken, max(leastFrameCount, 2))
        let targetCount = clips.reduce(0) { $0 + $1.targets.count { $0 >= 0 } }
        weight = Float(clips.count) / Float(max(targetCount, 1))
    }

    private init(part clips: [SpeechClip], of batch: SpeechBatch) {
        (self.clips, weight) = (clips, batch.weight)
        (endToken, leastFrameCount) = (batch.endToken, batch.leastFrameCount)
    }

    public var count: Int { clips.count }

    public func samples(_ range: Range<Int>) -> SpeechBatch { SpeechBatch(part: Array(clips[range]), of: self) }

    /// Every clip's frames, followed by its silence up to the longest's length, an even number: `[batch, frames, mel bins]`
    public var frames: Tensor {
        let longest = clips.reduce(leastFrameCount) { max($0, $1.frames.shape[0]) }
        let (length, width) = ((longest + 1) / 2 * 2, clips.first?.frames.shape[1] ?? 0)
        var result = Tensor(uninitialized: [count, length, width])
        result.withMutableValues { values in
            for (index, clip) in clips.enumerated() {
                let row = UnsafeMutableBufferPointer(
                    rebasing: values[index * length * width..<(index + 1) * length * width])
                clip.frames.withValues { _ = row.update(fromContentsOf: $0) }
                row[clip.frames.count...].update(repeating: clip.silence)
            }
        }
        return result
    }

    /// The length of each row of `inputs` and `targets`.
    public var tokenCount: Int { clips.reduce(0) { max($0, $1.inputs.count) } }

    /// What the decoder reads, `[batch, tokens]`, filled up with the end token.
    public var inputs: [Int32] { rows(\.inputs, filledWith: endToken) }

    /// What is to follow each token, `[batch, tokens]`; -1 where nothing is to be learned.
    public var targets: [Int32] { rows(\.targets, filledWith: -1) }

    private func rows(_ tokens: KeyPath<SpeechClip, [Int32]>, filledWith filler: Int32) -> [Int32] {
        let length = tokenCount
        return clips.flatMap { clip in
            clip[keyPath: tokens] + repeatElement(filler, count: length - clip.inputs.count)
        }
    }
}
