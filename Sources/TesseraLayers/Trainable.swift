public import TesseraFiles
public import TesseraTensor

/// A model whose weights can be changed: dense, in float32. A training takes one and gives one back, and folders are written
/// of it.
///
/// It does not run. `ready` makes the model that does, each of its matrices packed once; no way leads back from there, so that
/// what is packed is never trained.
///
/// ```swift
/// var trainer = try Trainer(objective, model: try folder.initialModel(seed: 1), data: pictures)
/// let classifier = try trainer.run().model.ready(.float32)
/// classifier(pixels)
/// ```
///
/// Layers that are made of their sizes alone have no numbers yet. Those of a model of one's own come from a seed:
///
/// ```swift
/// let layer = MultiHeadAttention(hiddenSize: 64, headCount: 4)
/// let attention = Trainable(initializing: layer, deviation: 0.1, random: RandomGenerator(seed: 1)).ready()
/// attention(Tensor(shape: [1, 10, 64], repeating: 1)).shape   // [1, 10, 64]
/// ```
public struct Trainable<Model: Layer>: Sendable {
    /// The layers, for their parameters' sake: they are not called.
    package var layers: Model

    /// - Parameter layers: their matrices dense.
    package init(_ layers: Model) {
        precondition(layers.isDense, "a model that is packed cannot be trained")
        self.layers = layers
    }

    /// A new model: its matrices, tables and tokens from a normal distribution that is cut at two deviations, its
    /// normalisations 1 and its biases 0. The same seed makes the same model.
    ///
    /// - Parameters:
    ///   - layers: whose parameters are not there yet; those that are there stay as they are.
    ///   - deviation: the standard deviation before it is cut: 0.02 in BERT and ViT. Small models learn faster from about
    ///     1 / sqrt(hidden), with which a matrix keeps the size of what it maps.
    ///   - random: where the numbers come from.
    public init(initializing layers: Model, deviation: Float = 0.02, random: RandomGenerator) {
        var layers = layers
        var initializer = Initializer(deviation: deviation, random: random)
        layers.visitParameters(&initializer)
        self.init(layers)
    }

    /// A model from a checkpoint.
    ///
    /// - Parameter layers: whose parameters are not there yet.
    /// - Throws: `FileError` naming all tensors that do not fit.
    public init(loading layers: Model, from checkpoint: Checkpoint, names: TensorNames) throws(FileError) {
        var layers = layers
        try layers.load(from: checkpoint, names: names) { _ in nil }
        self.init(layers)
    }

    /// The number of parameters.
    public var parameterCount: Int { layers.parameterCount }

    /// The model to run, its weights held and multiplied in `precision`.
    public func ready(_ precision: Precision = .float32) -> Model { ready { $0.packing(precision) } }

    /// The model to run.
    ///
    /// - Parameter packing: how a matrix in that role is packed.
    package func ready(_ packing: (ParameterRole) -> Packing) -> Model { layers.packed(packing) }

    /// The model as the forward and the backward pass of one training step read it; see there.
    package func preparedForTraining(_ precision: Precision) -> Model { layers.preparedForTraining(precision) }

    /// A gradient before anything is added to it; see there.
    package func zeros(frozen isFrozen: [Bool]? = nil) -> Model { layers.zeros(frozen: isFrozen) }

    /// Moves every parameter out of the model; see there.
    package mutating func takeParameters() -> Parameters { layers.takeParameters() }

    /// Puts back what `takeParameters` took.
    package mutating func put(_ parameters: consuming Parameters) { layers.put(parameters) }
}
