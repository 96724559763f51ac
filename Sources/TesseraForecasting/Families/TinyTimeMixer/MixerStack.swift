public import TesseraLayers
public import TesseraTensor

/// Layers that see the tokens cut into `factor` parts each.
public struct MixerLevel: Layer {
    /// Into how many parts each token is cut: with the factor 4, eight tokens of 64 features are 32 of 16.
    public let factor: Int
    /// One after the other.
    public var layers: [MixerLayer]

    /// - Parameter x: `[series, tokens, hidden]`
    /// - Returns: `[series, tokens, hidden]`
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let parts = x.reshaped([x.shape[0], x.shape[1] * factor, x.shape[2] / factor])
        return layers.reduce(parts) { $1($0) }.reshaped(x.shape)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("layers", &layers)
    }
}

/// Adaptive patching (Ekambaram et al., 2024, 3.1.2): levels of mixers that see many small patches at first, then fewer and
/// larger ones.
public struct MixerStack: Layer {
    /// From the smallest patches to the largest.
    public var levels: [MixerLevel]

    /// A stack whose parameters a checkpoint will fill.
    package init(_ stack: TinyTimeMixerConfiguration.Stack, _ configuration: TinyTimeMixerConfiguration) {
        levels = stack.factors.map { factor in
            let layer = MixerLayer(
                hiddenSize: stack.hiddenSize / factor, tokenCount: configuration.tokenCount * factor, configuration)
            return MixerLevel(factor: factor, layers: Array(repeating: layer, count: stack.layerCount))
        }
    }

    /// - Parameter x: `[series, tokens, hidden]`
    /// - Returns: `[series, tokens, hidden]`
    public func callAsFunction(_ x: Tensor) -> Tensor { levels.reduce(x) { $1($0) } }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("levels", &levels)
    }
}
