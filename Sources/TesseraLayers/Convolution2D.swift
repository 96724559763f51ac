public import TesseraTensor

/// A convolution of maps: each cell of the result is a linear map of `side` × `side` cells around it. Beyond the edges, cells are zero.
///
/// The channels of a cell lie side by side. Windows of a few rows at a time are copied for the product, so that all of them are nowhere
/// in memory. It is made to run, not to be trained.
public struct Convolution2D: Layer {
    /// Cells that a window has down and to the right.
    public let side: Int
    /// Cells from a window to the next one.
    public let stride: Int
    /// Cells from one that a window sees to the next.
    public let dilation: Int
    /// Cells of zeros beyond each edge that windows see.
    public let padding: Int
    /// The same by fewer products, where it is made of the projection.
    private var tiles: TiledConvolution?
    /// `[output, side * side * input]`: of a checkpoint's `[output, input, side, side]` with the channels last.
    public var projection: Linear

    /// A layer whose parameters a checkpoint will fill.
    ///
    /// - Parameter padding: nil: so many that the middle of the first window is the first cell.
    package init(
        inputChannels: Int, outputChannels: Int, side: Int, stride: Int = 1, dilation: Int = 1, padding: Int? = nil,
        bias: Bool = true
    ) {
        precondition(side % 2 == 1 || padding != nil, "a window of \(side) cells has no middle")
        (self.side, self.stride, self.dilation) = (side, stride, dilation)
        self.padding = padding ?? side / 2 * dilation
        projection = Linear(input: side * side * inputChannels, output: outputChannels, bias: bias)
    }

    /// - Parameters:
    ///   - x: `[batch, rows, columns, input channels]`
    ///   - activation: applied to the result.
    ///   - addend: what is added before the activation, `[batch, output rows, output columns, output channels]`
    /// - Returns: `[batch, output rows, output columns, output channels]`
    public func callAsFunction(_ x: Tensor, activation: Activation = .identity, adding addend: Tensor? = nil) -> Tensor
    {
        let windows = MapWindows(of: x.shape, side: side, stride: stride, dilation: dilation, padding: padding)
        let epilogue = Epilogue(bias: projection.bias, addend: addend, activation: activation)
        if let tiles { return tiles.multiply(x, epilogue) }
        let isPointwise = side == 1 && stride == 1 && padding == 0
        let y = projection.run(x, in: isPointwise ? nil : windows, epilogue)
        return y.reshaped([x.shape[0], windows.outputRows, windows.outputColumns, y.shape[y.rank - 1]])
    }

    /// Makes of a convolution of 3 × 3 cells, each beside the next, one of fewer products, where float32 is multiplied. Its weights are
    /// loaded, and are no parameters afterwards.
    package mutating func tile() {
        guard side == 3, stride == 1, dilation == 1, padding == 1, case .packed(let matrix) = projection.weight.form,
            let tiles = TiledConvolution(matrix)
        else { return }
        self.tiles = tiles
        projection.weight = Weight(.dense(Tensor(unloaded: projection.weight.shape)))
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("projection", &projection)
    }
}
