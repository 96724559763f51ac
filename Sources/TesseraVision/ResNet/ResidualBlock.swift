internal import TesseraLayers
internal import TesseraTensor

/// `activation(f(x) + x)` (He et al., 2016, figure 5), where f is two convolutions of 3 × 3 cells, or one between two of single cells that spare it most of the
/// channels.
struct ResidualBlock: Layer {
    /// f, one after the other.
    var convolutions: [Convolution2D]
    /// What brings x to the size of f(x), where that is another.
    var shortcut: Convolution2D?
    private let activation: Activation

    init(
        inputWidth: Int, outputWidth: Int, stride: Int, dilations: (first: Int, other: Int),
        _ configuration: ResNetConfiguration
    ) {
        activation = configuration.activation
        let inner = outputWidth / ResNetConfiguration.reduction
        if configuration.isBottleneck {
            let strides = configuration.stridesEarly ? (stride, 1) : (1, stride)
            convolutions = [
                Convolution2D(inputChannels: inputWidth, outputChannels: inner, side: 1, stride: strides.0),
                Convolution2D(
                    inputChannels: inner, outputChannels: inner, side: 3, stride: strides.1, dilation: dilations.first),
                Convolution2D(inputChannels: inner, outputChannels: outputWidth, side: 1),
            ]
        } else {
            convolutions = [
                Convolution2D(
                    inputChannels: inputWidth, outputChannels: outputWidth, side: 3, stride: stride,
                    dilation: dilations.first),
                Convolution2D(
                    inputChannels: outputWidth, outputChannels: outputWidth, side: 3, dilation: dilations.other),
            ]
        }
        let isSame = inputWidth == outputWidth && stride == 1
        shortcut =
            isSame
            ? nil : Convolution2D(inputChannels: inputWidth, outputChannels: outputWidth, side: 1, stride: stride)
    }

    /// - Parameter x: `[batch, rows, columns, input width]`
    /// - Returns: `[batch, output rows, output columns, output width]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        // transformers has ReLU between the convolutions whatever config.json names.
        let inner = convolutions.dropLast().reduce(x) { $1($0, activation: .relu) }
        return convolutions[convolutions.count - 1](
            inner, activation: activation, adding: shortcut.map { $0(x) } ?? x)
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("convolutions", &convolutions)
        try visitor.visit("shortcut", &shortcut)
    }
}
