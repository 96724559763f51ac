public import TesseraFiles
public import TesseraLayers
internal import TesseraTensor
public import TesseraTransformer

/// Chronos-Bolt (Ansari et al., 2024, `chronos.ChronosBoltModelForForecasting`): patches of a window pass a T5, whose decoder
/// reads one token, and a head gives all quantiles of all steps at once.
///
/// window → normalised patches → encoder → decoder → quantiles, in units of the window's deviation from its mean.
public struct ChronosBolt: Layer {
    package let configuration: ChronosBoltConfiguration
    /// Makes tokens of the patches: their values and, behind them, which of these are there.
    public var patchEmbedding: ResidualBlock
    package var transformer: EncoderDecoder
    /// Makes quantiles of what the decoder says.
    public var head: ResidualBlock

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: ChronosBoltConfiguration) {
        self.configuration = configuration
        let block = configuration.transformer.block
        patchEmbedding = ResidualBlock(
            input: 2 * configuration.patchSize, hiddenSize: block.intermediateSize, output: block.hiddenSize,
            activation: block.activation)
        transformer = EncoderDecoder(configuration.transformer)
        head = ResidualBlock(
            input: block.hiddenSize, hiddenSize: block.intermediateSize,
            output: configuration.quantileLevels.count * configuration.predictionLength,
            activation: block.activation)
    }

    /// - Returns: normalised quantiles, which may cross, `[batch, levels * prediction length]`
    func callAsFunction(_ windows: PatchedWindows) -> Tensor {
        let memory = transformer.encoded(tokens(patchEmbedding(windows.patches)), valid: windows.valid)
        var cache = transformer.decoder.makeCache(memory: memory, valid: windows.valid)
        return head(transformer.decoder.states(of: starts(windows.count).map { [$0] }, cache: &cache))
    }

    /// The embedded patches with the token that closes them, `[batch, tokens, hidden]`.
    func tokens(_ patches: Tensor) -> Tensor {
        guard let id = configuration.closingToken else { return patches }
        let (batch, count, hidden) = (patches.shape[0], patches.shape[1], patches.shape[2])
        var tokens = Tensor(uninitialized: [batch, count + 1, hidden])
        tokens.replaceTokens(from: 0, with: patches)
        let closing = transformer.decoder.embedding([Int32](repeating: id, count: batch))
        tokens.replaceTokens(from: count, with: closing.reshaped([batch, 1, hidden]))
        return tokens
    }

    /// What the decoder reads.
    func starts(_ count: Int) -> [Int32] { [Int32](repeating: configuration.transformer.startToken, count: count) }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patchEmbedding", &patchEmbedding)
        try visitor.visit("transformer", &transformer)
        try visitor.visit("head", &head)
    }
}

extension ChronosBolt: PublishedFamily {
    /// A T5 among whose classes this one alone forecasts all steps at once.
    public static let modelType = "t5"
    public static let architectures = ["ChronosBoltModelForForecasting"]

    public static func network(_ config: JSONObject) throws(FileError) -> ChronosBolt {
        ChronosBolt(try ChronosBoltConfiguration(config))
    }

    public static func names(of network: ChronosBolt) -> TensorNames {
        let isGated = network.configuration.transformer.block.gated
        return TensorNames(
            rules: T5Names.rules(at: "transformer.", isGated: isGated)
                + [("patchEmbedding", "input_patch_embedding"), ("head", "output_patch_embedding")].flatMap {
                    ours, hub in
                    [("hidden", "hidden_layer"), ("output", "output_layer"), ("residual", "residual_layer")].map {
                        ("\(ours).\($0)", [.init("\(hub).\($1)")])
                    }
                },
            ignored: T5Names.ignoredNames + ["lm_head"])
    }
}
