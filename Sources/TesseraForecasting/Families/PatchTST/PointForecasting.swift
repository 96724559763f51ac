public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a PatchTST: the squared error of each step, in the units of the series.
public struct PointForecasting: TrainingObjective {
    public static var hasLabels: Bool { false }
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss = MeanSquaredError()

    /// A training that leaves out what `regularization` says; nothing if not said otherwise.
    public init(regularization: Regularization = .none) { self.regularization = regularization }

    public func accumulate(
        _ model: PatchTST, _ batch: SeriesBatch, scale: Float, random: RandomGenerator, into gradient: inout PatchTST
    ) -> LossReport {
        let patches = ScaledPatches(batch.contexts.rowsOfDoubles, model.configuration)
        let (forecasts, saved) = model.forward(
            patches, for: gradient, regularization: regularization, random: random)
        var (losses, forecastsGradient) = loss(patches.restored(forecasts), batch.targets)
        forecastsGradient *= scale
        model.backward(patches.restoredBackward(forecastsGradient), saved, into: &gradient)
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }

    public func evaluate(_ model: PatchTST, _ batch: SeriesBatch) -> LossReport {
        let losses = loss(model(batch.contexts), batch.targets).losses
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }
}
