public import TesseraTensor

/// A picture as a sequence of tokens: each patch flattened and mapped linearly (Dosovitskiy et al., 2021, eq. 1).
///
/// Checkpoints hold the map as a convolution whose stride equals its size, `[hidden, channels, height, width]`; flattened,
/// that is the matrix used here.
public struct PatchEmbedding: Layer {
    /// Height and width of a patch, in pixels.
    public let patchHeight, patchWidth: Int
    /// Pixels from a patch to the one below, and to the one beside it: a patch's own, or fewer where patches overlap.
    public let strides: (down: Int, right: Int)
    /// `[hidden, channels * patch height * patch width]`
    public var projection: Linear

    /// A layer whose parameters a checkpoint will fill.
    package init(
        channelCount: Int, patchHeight: Int, patchWidth: Int, hiddenSize: Int,
        strides: (down: Int, right: Int)? = nil, bias: Bool = true
    ) {
        self.patchHeight = patchHeight
        self.patchWidth = patchWidth
        self.strides = strides ?? (patchHeight, patchWidth)
        projection = Linear(input: channelCount * patchHeight * patchWidth, output: hiddenSize, bias: bias)
    }

    /// What does not fill a patch at the right and bottom edges is left out, as a convolution does.
    ///
    /// - Parameter pixels: `[batch, channels, height, width]`
    /// - Returns: `[batch, rows * columns of patches, hidden]`
    public func callAsFunction(_ pixels: Tensor) -> Tensor {
        projection(pixels.patches(height: patchHeight, width: patchWidth, strides: strides))
    }

    /// The gradient of the projection; pixels are not trained.
    ///
    /// - Parameters:
    ///   - outputGradient: `[batch, patches, hidden]`
    ///   - pixels: the forward pass's, `[batch, channels, height, width]`
    public func accumulate(_ outputGradient: Tensor, pixels: Tensor, into gradient: inout PatchEmbedding) {
        let patches = pixels.patches(height: patchHeight, width: patchWidth, strides: strides)
        projection.accumulate(outputGradient, input: patches, into: &gradient.projection)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("projection", &projection)
    }
}
