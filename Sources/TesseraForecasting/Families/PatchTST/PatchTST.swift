public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// PatchTST (Nie et al., 2023, `transformers.PatchTSTForPrediction`): patches of a window pass an encoder, and a linear head gives
/// all steps at once.
///
/// window → scaled patches → tokens with positions → encoder → forecast, in units of the window's scale.
public struct PatchTST: Layer {
    /// What the model is made of.
    public let configuration: PatchTSTConfiguration
    /// Makes tokens of patches, `[hidden, patch length]`.
    public var patchEmbedding: Linear
    /// `[hidden]`
    public var classToken: Tensor?
    /// `[leading tokens + patches, hidden]`
    public var positions: Tensor
    /// What the tokens pass, `[batch, tokens, hidden]` to the same; without a normalisation at its end.
    public var encoder: Encoder
    /// Makes all steps of what the pooling gave, `[prediction length, features]`.
    public var head: Linear

    /// A model whose parameters a checkpoint will fill.
    init(_ configuration: PatchTSTConfiguration) {
        self.configuration = configuration
        let hidden = configuration.block.hiddenSize
        patchEmbedding = Linear(input: configuration.patchLength, output: hidden)
        classToken = configuration.pooling == .classToken ? Tensor(unloaded: [hidden]) : nil
        positions = Tensor(unloaded: [configuration.leadingTokenCount + configuration.patchCount, hidden])
        encoder = Encoder(layerCount: configuration.layerCount, configuration.block, finalNorm: false)
        head = Linear(input: configuration.featureCount, output: configuration.predictionLength)
    }

    /// Continues windows, in their units.
    ///
    /// - Parameter contexts: NaN where a value is missing, `[batch, context length]`
    /// - Returns: `[batch, prediction length]`
    public func callAsFunction(_ contexts: Tensor) -> Tensor {
        let patches = ScaledPatches(contexts.rowsOfDoubles, configuration)
        return patches.restored(self(patches))
    }

    /// - Returns: in units of each window's scale, `[batch, prediction length]`
    func callAsFunction(_ patches: ScaledPatches) -> Tensor {
        head(pooled(encoder(embedded(patches), outputTokens: outputTokens)))
    }

    /// The tokens that enter the encoder, `[batch, tokens, hidden]`.
    package func embedded(_ patches: ScaledPatches) -> Tensor {
        patchEmbedding(patches.values).prepending(classToken.map { [$0] } ?? [], adding: positions)
    }

    /// How many of the first tokens the pooling reads, where it does not read all.
    var outputTokens: Int? { configuration.pooling == .classToken ? 1 : nil }

    /// What the head reads.
    ///
    /// - Parameter tokens: what left the encoder, `[batch, tokens, hidden]`
    /// - Returns: `[batch, features]`
    func pooled(_ tokens: Tensor) -> Tensor {
        switch configuration.pooling {
        case .flattened, .classToken: tokens.reshaped([tokens.shape[0], configuration.featureCount])
        case .mean: tokens.meanOfTokens(from: 0)
        case .maximum:
            tokens.reshaped([tokens.count, 1]).gatheringRows(tokens.largestOfTokens())
                .reshaped([tokens.shape[0], configuration.featureCount])
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patchEmbedding", &patchEmbedding, as: .input)
        try visitor.visit("classToken", &classToken, as: .token)
        try visitor.visit("positions", &positions, as: configuration.learnsPositions ? .position : .constant)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("head", &head, as: .head)
    }
}
