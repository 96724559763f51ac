public import TesseraTensor
public import TesseraTraining

/// Windows of series with what followed them.
public struct SeriesBatch: TrainingBatch {
    /// The last values before the steps to forecast, NaN where one is missing: series that are shorter begin with such.
    /// `[batch, context length]`
    public let contexts: Tensor
    /// What followed, NaN where it is not known. `[batch, prediction length]`
    public let targets: Tensor

    /// - Parameters:
    ///   - contexts: NaN where a value is missing, `[batch, context length]`
    ///   - targets: what followed, NaN where it is not known, `[batch, prediction length]`
    public init(contexts: Tensor, targets: Tensor) {
        precondition(contexts.shape[0] == targets.shape[0], "as many targets as contexts")
        (self.contexts, self.targets) = (contexts, targets)
    }

    public var count: Int { contexts.shape[0] }

    public func samples(_ range: Range<Int>) -> SeriesBatch {
        SeriesBatch(contexts: contexts.rows(range), targets: targets.rows(range))
    }
}

extension Tensor {
    /// The rows of `[rows, columns]` in double precision.
    package var rowsOfDoubles: [ArraySlice<Double>] {
        let columns = shape[1]
        return withValues { values in
            (0..<shape[0]).map { row in values[row * columns..<(row + 1) * columns].map(Double.init)[...] }
        }
    }
}
