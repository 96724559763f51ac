public import TesseraFiles
public import TesseraLayers
public import TesseraTensor
public import TesseraTraining
public import TesseraTransformer

/// A family of forecasters whose models can be trained.
public protocol TrainableForecaster: PublishedFamily, Layer where Network == Self {
    /// What is learned.
    associatedtype Objective: TrainingObjective where Objective.Model == Self, Objective.Batch == SeriesBatch

    /// What is learned, with what is left out by chance while it is.
    static func objective(_ regularization: Regularization) -> Objective

    /// Gives the parameters of a new model their first values.
    ///
    /// - Parameter contexts: What batch normalisation takes its statistics from, `[batch, context length]`.
    /// - Throws: `FileError` naming a key that a new model cannot have.
    mutating func initialize(_ config: JSONObject, random: RandomGenerator, contexts: Tensor?) throws(FileError)
}

extension TrainableForecaster {
    /// What checkpoints call the parameters.
    public var names: TensorNames { Self.names(of: self) }
}
