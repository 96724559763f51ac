public import TesseraTensor
public import TesseraTraining

/// Sounds of one length, and which of their frames are speech.
public struct DetectorBatch: TrainingBatch {
    /// Log-mel features, `[batch, frames, mel bins]`
    public let frames: Tensor
    /// 1 where somebody speaks, 0 elsewhere, `[batch, frames]`
    public let targets: Tensor

    /// - Parameters:
    ///   - frames: log-mel features, `[batch, frames, mel bins]`
    ///   - targets: 1 where somebody speaks, 0 elsewhere, `[batch, frames]`
    public init(frames: Tensor, targets: Tensor) {
        precondition(Array(frames.shape.prefix(2)) == targets.shape, "one target a frame")
        (self.frames, self.targets) = (frames, targets)
    }

    public var count: Int { frames.shape[0] }

    public func samples(_ range: Range<Int>) -> DetectorBatch {
        DetectorBatch(frames: frames.rows(range), targets: targets.rows(range))
    }
}
