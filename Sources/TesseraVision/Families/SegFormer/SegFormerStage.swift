internal import TesseraLayers
internal import TesseraTensor

/// Patches that overlap, and some blocks on their map.
struct SegFormerStage: Layer {
    /// Makes a cell of each patch of the map before.
    var patches: Convolution2D
    var patchNorm: Normalization
    /// One after the other.
    var blocks: [SegFormerBlock]
    /// Behind the last.
    var norm: Normalization

    init(inputChannels: Int, _ stage: SegFormerConfiguration.Stage, _ activation: Activation) {
        patches = Convolution2D(
            inputChannels: inputChannels, outputChannels: stage.width, side: stage.patchSide, stride: stage.stride,
            padding: stage.patchSide / 2)
        patchNorm = Normalization(.layerNorm, size: stage.width)
        blocks = Array(repeating: SegFormerBlock(stage, activation), count: stage.blockCount)
        norm = Normalization(.layerNorm, size: stage.width)
    }

    /// - Parameter map: of the stage before, `[batch, rows, columns, channels]`
    /// - Returns: `[batch, output rows, output columns, width]`
    func callAsFunction(_ map: Tensor) -> Tensor {
        norm(blocks.reduce(patchNorm(patches(map))) { Cancellation.isDue ? $0 : $1($0) })
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patches", &patches, as: .input)
        try visitor.visit("patchNorm", &patchNorm)
        try visitor.visit("blocks", &blocks)
        try visitor.visit("norm", &norm)
    }
}

/// Attention to a smaller map, and a feed-forward network that looks at the cells around each.
struct SegFormerBlock: Layer {
    var attentionNorm: Normalization
    /// Makes the map that keys and values come from; nil where it is the block's own.
    var reduction: MapReduction?
    var attention: MultiHeadAttention
    var feedForwardNorm: Normalization
    var feedForward: MixFeedForward

    init(_ stage: SegFormerConfiguration.Stage, _ activation: Activation) {
        attentionNorm = Normalization(.layerNorm, size: stage.width)
        reduction = stage.reduction > 1 ? MapReduction(channels: stage.width, side: stage.reduction) : nil
        attention = MultiHeadAttention(hiddenSize: stage.width, headCount: stage.headCount)
        feedForwardNorm = Normalization(.layerNorm, size: stage.width)
        feedForward = MixFeedForward(
            hiddenSize: stage.width, intermediateSize: stage.intermediateSize, activation: activation)
    }

    /// - Parameter map: `[batch, rows, columns, width]`
    /// - Returns: `[batch, rows, columns, width]`
    func callAsFunction(_ map: Tensor) -> Tensor {
        let normed = attentionNorm(map)
        let memory = reduction.map { $0(normed).cellsAsTokens }
        let sum = attention(normed.cellsAsTokens, memory: memory, addingTo: map.cellsAsTokens).reshaped(map.shape)
        return feedForward(feedForwardNorm(sum), addingTo: sum)
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("attentionNorm", &attentionNorm)
        try visitor.visit("reduction", &reduction)
        try visitor.visit("attention", &attention)
        try visitor.visit("feedForwardNorm", &feedForwardNorm)
        try visitor.visit("feedForward", &feedForward)
    }
}

/// Makes one cell of each square of them (Wang et al., 2021, Pyramid Vision Transformer); what does not fill a square at the right and
/// bottom edges is left out.
struct MapReduction: Layer {
    var convolution: Convolution2D
    var norm: Normalization

    init(channels: Int, side: Int) {
        convolution = Convolution2D(
            inputChannels: channels, outputChannels: channels, side: side, stride: side, padding: 0)
        norm = Normalization(.layerNorm, size: channels)
    }

    /// - Parameter map: `[batch, rows, columns, channels]`
    /// - Returns: `[batch, output rows, output columns, channels]`
    func callAsFunction(_ map: Tensor) -> Tensor { norm(convolution(map)) }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("convolution", &convolution)
        try visitor.visit("norm", &norm)
    }
}

/// A feed-forward network with a convolution between its two linear maps (Xie et al., 2021, equation 3): by what lies beyond a map's edges
/// it tells cells where they are, so that no positions are needed.
struct MixFeedForward: Layer {
    private let activation: Activation
    /// `[intermediate, hidden]`
    var input: Linear
    var convolution: DepthwiseConvolution2D
    /// `[hidden, intermediate]`
    var output: Linear

    init(hiddenSize: Int, intermediateSize: Int, activation: Activation) {
        self.activation = activation
        input = Linear(input: hiddenSize, output: intermediateSize)
        convolution = DepthwiseConvolution2D(channels: intermediateSize)
        output = Linear(input: intermediateSize, output: hiddenSize)
    }

    /// - Parameters:
    ///   - map: `[batch, rows, columns, hidden]`
    ///   - residual: added to the result, `[batch, rows, columns, hidden]`
    /// - Returns: `[batch, rows, columns, hidden]`
    func callAsFunction(_ map: Tensor, addingTo residual: Tensor) -> Tensor {
        output(convolution(input(map), activation: activation), addingTo: residual)
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("input", &input)
        try visitor.visit("convolution", &convolution)
        try visitor.visit("output", &output)
    }
}

extension Tensor {
    /// A map `[batch, rows, columns, channels]` as `[batch, rows * columns, channels]`.
    fileprivate var cellsAsTokens: Tensor { reshaped([shape[0], shape[1] * shape[2], shape[3]]) }
}
