public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// A vision Transformer: ViT (Dosovitskiy et al., 2021) and its descendants, with a classification head or without one.
///
/// pixels → patches → tokens with positions → encoder → pooled features (→ logits).
public struct VisionTransformer: Layer {
    /// What the model is made of.
    public internal(set) var configuration: VisionConfiguration
    /// Makes tokens of patches: pixels to `[batch, patches, hidden]`.
    public var patchEmbedding: PatchEmbedding
    /// `[hidden]`
    public var classToken: Tensor?
    /// `[hidden]`
    public var distillationToken: Tensor?
    /// `[registers, hidden]`
    public var registers: Tensor?
    /// `[detection tokens, hidden]`
    public var detectionTokens: Tensor?
    /// Of the class and distillation tokens, the patches and the detection tokens, `[positions, hidden]`
    public var positions: Tensor?
    /// What is added behind each block but the last, like `positions`, `[blocks - 1, 1, positions, hidden]`
    public var blockPositions: Tensor?
    /// What tokens pass on their way to the encoder, where there is such.
    public var embeddingNorm: Normalization?
    /// BEiT's bias of relative positions, where one serves all layers; nil elsewhere.
    public var sharedRelativePositions: RelativePositionBias2D?
    /// BEiT's biases of relative positions, where each layer has its own; empty elsewhere.
    public var relativePositions: [RelativePositionBias2D]
    /// Stages that the tokens pass before the encoder, which is then a normalisation alone.
    public var hierarchy: HierarchicalEncoder?
    /// What the tokens pass, `[batch, tokens, hidden]` to the same.
    public var encoder: Encoder
    /// The normalisation of the patches' mean.
    public var poolingNorm: Normalization?
    /// What the class token passes, where a model without a head has such.
    public var pooler: Linear?
    /// What looks for the features in the tokens, where the pooling is attention.
    public var attentionPooling: AttentionPooling?
    /// Brings features to the space that pictures share with texts, where there is such.
    public var projection: Linear?
    /// The classification head, where there is one.
    public var classifier: Linear?
    /// The head of the distillation token, where there is one (DeiT).
    public var distillationClassifier: Linear?

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: VisionConfiguration) {
        self.configuration = configuration
        let hidden = configuration.block.hiddenSize
        let rows = configuration.gridRows
        let columns = configuration.gridColumns
        let relative = RelativePositionBias2D(rows: rows, columns: columns, headCount: configuration.block.headCount)
        let distilled = configuration.pooling == .distilledPair
        let features = distilled ? hidden : configuration.featureCount
        patchEmbedding = PatchEmbedding(
            channelCount: configuration.channelCount, patchHeight: configuration.patchHeight,
            patchWidth: configuration.patchWidth, hiddenSize: configuration.embeddingSize,
            bias: configuration.hasPatchBias)
        classToken = configuration.hasClassToken ? Tensor(unloaded: [hidden]) : nil
        distillationToken = configuration.hasDistillationToken ? Tensor(unloaded: [hidden]) : nil
        (registers, detectionTokens) = VisionTransformer.furtherTokens(configuration)
        (positions, blockPositions) = VisionTransformer.positionTables(configuration)
        sharedRelativePositions = configuration.relativePositions == .shared ? relative : nil
        relativePositions =
            configuration.relativePositions == .perLayer
            ? Array(repeating: relative, count: configuration.layerCount) : []
        hierarchy = configuration.hierarchy.map { HierarchicalEncoder($0, configuration.block) }
        encoder = Encoder(
            layerCount: configuration.hierarchy == nil ? configuration.layerCount : 0, configuration.block,
            finalNorm: configuration.hasFinalNorm)
        if configuration.embeddingNorm != .none {
            embeddingNorm = Normalization(
                .layerNorm, size: configuration.embeddingSize, epsilon: configuration.block.normalizationEpsilon)
        }
        poolingNorm =
            configuration.pooling == .normalizedMean
            ? Normalization(.layerNorm, size: hidden, epsilon: configuration.block.normalizationEpsilon) : nil
        if case .projectedClassToken(let size, _) = configuration.pooling {
            pooler = Linear(input: hidden, output: size)
        }
        attentionPooling = configuration.pooling == .attention ? AttentionPooling(configuration.block) : nil
        projection = configuration.projectionSize.map {
            Linear(input: configuration.pooledSize, output: $0, bias: false)
        }
        classifier =
            configuration.hasHead ? Linear(input: features, output: configuration.labels.count) : nil
        distillationClassifier =
            distilled && configuration.hasHead ? Linear(input: hidden, output: configuration.labels.count) : nil
    }

    /// Classifies pictures, with a model that has a head.
    ///
    /// - Parameter pixels: `[batch, channels, height, width]`, of any size that holds a patch.
    /// - Returns: `[batch, labels]`
    public func callAsFunction(_ pixels: Tensor) -> Tensor { logits(features(of: pixels)) }

    /// What describes each picture: what a classification head sees, or, without one, what transformers calls the pooled output.
    /// For a distilled pair, the class token and behind it the distillation token.
    ///
    /// - Parameter pixels: `[batch, channels, height, width]`
    /// - Returns: `[batch, features]`
    public func features(of pixels: Tensor) -> Tensor {
        let tokens = states(of: pixels, outputTokens: configuration.pooledTokenCount)
        var features = pooled(tokens)
        if let pooler, case .projectedClassToken(_, let activation) = configuration.pooling {
            features = activation(pooler(features))
        }
        if let poolingNorm { features = poolingNorm(features) }
        if let projection { features = projection(features) }
        return configuration.hasUnitFeatures ? features.unitRows() : features
    }

    /// What leaves the encoder, behind its last normalisation where there is one.
    ///
    /// - Parameters:
    ///   - pixels: `[batch, channels, height, width]`
    ///   - outputTokens: how many of the first tokens are wanted; all of them when nil.
    /// - Returns: `[batch, output tokens, hidden]`
    public func states(of pixels: Tensor, outputTokens: Int? = nil) -> Tensor {
        if let hierarchy {
            return Threads.takeTurn { encoder(hierarchy(embedded(pixels), grid: grid(of: pixels))) }
        }
        return encoder(
            embedded(pixels), outputTokens: outputTokens, positionBias: positionBias(for: pixels),
            rotation: rotation(for: pixels), addingBehindBlocks: blockPositions(for: pixels))
    }

    /// What the tokens come to, before `poolingNorm` or `pooler`.
    ///
    /// - Parameter tokens: what left the encoder, `[batch, tokens, hidden]`
    func pooled(_ tokens: Tensor) -> Tensor {
        switch configuration.pooling {
        case .classToken, .projectedClassToken: tokens.token(0)
        case .classTokenAndMean: tokens.token(0).joined(with: meanOfPatches(tokens))
        case .mean, .normalizedMean: meanOfPatches(tokens)
        case .attention: attentionPooled(tokens)
        case .distilledPair: tokens.token(0).joined(with: tokens.token(1))
        }
    }

    private func meanOfPatches(_ tokens: Tensor) -> Tensor {
        tokens.meanOfTokens(from: configuration.leadingTokenCount)
    }

    private func attentionPooled(_ tokens: Tensor) -> Tensor {
        guard let attentionPooling else { preconditionFailure("a model that pools by attention has a query") }
        return attentionPooling(tokens)
    }

    /// The classification head, of a model that has one.
    ///
    /// - Parameter features: what `features(of:)` gives, `[batch, features]`
    /// - Returns: `[batch, labels]`
    public func logits(_ features: Tensor) -> Tensor {
        guard let classifier else { preconditionFailure("a model without a head has no logits") }
        guard let distillationClassifier else { return classifier(features) }
        let pairs = features.reshaped([features.shape[0], 2, configuration.block.hiddenSize])
        var sum = classifier(pairs.token(0))
        sum += distillationClassifier(pairs.token(1))
        sum *= 0.5
        return sum
    }

    /// The tokens that enter the encoder: class token, distillation token, registers, detection tokens, patches, with their positions.
    ///
    /// - Parameter pixels: `[batch, channels, height, width]`
    /// - Returns: `[batch, tokens, hidden]`
    public func embedded(_ pixels: Tensor) -> Tensor { embedding(pixels).tokens }

    /// The tokens that enter the encoder, and what `embeddingNorm` was applied to on the way, where there is one.
    func embedding(_ pixels: Tensor) -> (tokens: Tensor, normInput: Tensor?) {
        let (rows, columns) = grid(of: pixels)
        let leading = [classToken, distillationToken, registers, detectionTokens].compactMap(\.self)
        let table = positions.map { positionTable($0, rows: rows, columns: columns) }
        let patches = patchEmbedding(wholePatches(pixels))
        guard let embeddingNorm else { return (patches.prepending(leading, adding: table), nil) }
        if configuration.embeddingNorm == .patches {
            return (embeddingNorm(patches).prepending(leading, adding: table), patches)
        }
        let tokens = patches.prepending(leading, adding: table)
        return (embeddingNorm(tokens), tokens)
    }

    /// What each token takes from each other one, a tensor `[batch, heads, tokens, tokens]` for every layer in `layers`.
    ///
    /// - Parameter pixels: `[batch, channels, height, width]`
    public func attentionProbabilities(_ pixels: Tensor, layers: Range<Int>) -> [Tensor] {
        encoder.attentionProbabilities(
            embedded(pixels), layers: layers, positionBias: positionBias(for: pixels), rotation: rotation(for: pixels))
    }

    /// Patches in a column and in a row of `pixels` `[batch, channels, height, width]`.
    public func grid(of pixels: Tensor) -> (rows: Int, columns: Int) {
        let pixels = configuration.hierarchy == nil ? (pixels.shape[2], pixels.shape[3]) : wholeSize(pixels)
        return (pixels.0 / configuration.patchHeight, pixels.1 / configuration.patchWidth)
    }

    func positionBias(for pixels: Tensor) -> (Int) -> Tensor? {
        let (rows, columns) = grid(of: pixels)
        let shared = sharedRelativePositions.map { $0(rows: rows, columns: columns) }
        return { layer in
            shared ?? (relativePositions.isEmpty ? nil : relativePositions[layer](rows: rows, columns: columns))
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patchEmbedding", &patchEmbedding, as: .input)
        try visitor.visit("classToken", &classToken, as: .token)
        try visitor.visit("distillationToken", &distillationToken, as: .token)
        try visitor.visit("registers", &registers, as: .token)
        try visitor.visit("detectionTokens", &detectionTokens, as: .token)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("blockPositions", &blockPositions, as: .position)
        try visitor.visit("embeddingNorm", &embeddingNorm)
        try visitor.visit("sharedRelativePositions", &sharedRelativePositions)
        try visitor.visit("relativePositions", &relativePositions)
        try visitor.visit("hierarchy", &hierarchy)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("poolingNorm", &poolingNorm, as: .head)
        try visitor.visit("pooler", &pooler, as: .head)
        try visitor.visit("attentionPooling", &attentionPooling, as: .head)
        try visitor.visit("projection", &projection, as: .head)
        try visitor.visit("classifier", &classifier, as: .head)
        try visitor.visit("distillationClassifier", &distillationClassifier, as: .head)
    }
}
