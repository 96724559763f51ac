public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a Chronos-Bolt: the quantile loss of each step, in units of the window's deviation, so that every series counts
/// alike.
public struct QuantileForecasting: TrainingObjective {
    public static var hasLabels: Bool { false }
    /// What the forward pass leaves out at random.
    public var regularization: Regularization

    /// A training that leaves out what `regularization` says; nothing if not said otherwise.
    public init(regularization: Regularization = .none) { self.regularization = regularization }

    public func accumulate(
        _ model: ChronosBolt, _ batch: SeriesBatch, scale: Float, random: RandomGenerator,
        into gradient: inout ChronosBolt
    ) -> LossReport {
        let windows = PatchedWindows(batch.contexts.rowsOfDoubles, model.configuration)
        let (quantiles, saved) = model.forward(
            windows, for: gradient, regularization: regularization, random: random)
        var (losses, quantilesGradient) = loss(of: model, quantiles, windows, batch)
        quantilesGradient *= scale
        model.backward(quantilesGradient, saved, into: &gradient)
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }

    public func evaluate(_ model: ChronosBolt, _ batch: SeriesBatch) -> LossReport {
        let windows = PatchedWindows(batch.contexts.rowsOfDoubles, model.configuration)
        let losses = loss(of: model, model(windows), windows, batch).losses
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }

    /// How many deviations a target may lie off: after a window that hardly changed, a change would outweigh all other windows.
    private static let farthest: Float = 20

    private func loss(
        of model: ChronosBolt, _ quantiles: Tensor, _ windows: PatchedWindows, _ batch: SeriesBatch
    ) -> (losses: [Double], gradient: Tensor) {
        var targets = batch.targets
        let columns = targets.shape[1]
        precondition(columns == model.configuration.predictionLength, "targets are as long as the model's forecasts")
        targets.withMutableValues { targets in
            for (row, scale) in windows.scales.enumerated() {
                for index in row * columns..<(row + 1) * columns where !targets[index].isNaN {
                    let target = scale.scaled(Double(targets[index]))
                    targets[index] = max(-QuantileForecasting.farthest, min(QuantileForecasting.farthest, target))
                }
            }
        }
        return QuantileLoss(levels: model.configuration.quantileLevels)(quantiles, targets)
    }
}
