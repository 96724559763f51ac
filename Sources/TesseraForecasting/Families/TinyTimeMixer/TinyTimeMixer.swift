public import TesseraLayers
public import TesseraTensor

/// TinyTimeMixer (Ekambaram et al., 2024, `tsfm_public.TinyTimeMixerForPrediction`): patches of a scaled context pass mixers,
/// first those of the encoder and then those of a smaller decoder, and a head gives all steps at once. Each series is
/// forecast for itself.
///
/// context → patches → tokens, the frequency's first → encoder → decoder → steps.
public struct TinyTimeMixer: Layer {
    package let configuration: TinyTimeMixerConfiguration
    /// Makes tokens of patches.
    public var patchEmbedding: Linear
    /// Where the model reads how far apart the values lie.
    public var frequencyEmbedding: FrequencyEmbedding?
    /// `[tokens, hidden]`
    public var positions: Tensor?
    /// What the tokens of the context pass, `[series, tokens, hidden]` to the same.
    public var encoder: MixerStack
    /// Brings tokens to the decoder's size, where that is another.
    public var adapter: Linear?
    /// Makes of patches what is added to the decoder's tokens.
    public var decoderPatchEmbedding: Linear?
    /// The smaller mixers behind the encoder, where there are such.
    public var decoder: MixerStack?
    /// `[prediction length, tokens * hidden]`
    public var head: Linear
    /// The row of `frequencyEmbedding` that is read: 0 stands for a frequency that the model does not know.
    package var frequencyToken = 0

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: TinyTimeMixerConfiguration) {
        self.configuration = configuration
        let (hidden, tokens) = (configuration.encoder.hiddenSize, configuration.tokenCount)
        let decoderHidden = configuration.decoder?.hiddenSize ?? hidden
        patchEmbedding = Linear(input: configuration.patchSize, output: hidden)
        frequencyEmbedding =
            configuration.frequencyCount > 0
            ? FrequencyEmbedding(
                frequencyCount: configuration.frequencyCount, patchSize: configuration.patchSize, hiddenSize: hidden)
            : nil
        positions = configuration.hasPositions ? Tensor(unloaded: [tokens, hidden]) : nil
        encoder = MixerStack(configuration.encoder, configuration)
        adapter = decoderHidden != hidden ? Linear(input: hidden, output: decoderHidden) : nil
        decoderPatchEmbedding =
            configuration.decoderReadsPatches
            ? Linear(input: configuration.patchSize, output: decoderHidden) : nil
        decoder = configuration.decoder.map { MixerStack($0, configuration) }
        head = Linear(input: tokens * decoderHidden, output: configuration.headLength)
    }

    /// - Parameter contexts: scaled, `[series, context length]`
    /// - Returns: the steps after them, scaled alike, `[series, prediction length]`
    package func callAsFunction(_ contexts: Tensor) -> Tensor { Threads.takeTurn { nextSteps(contexts) } }

    private func nextSteps(_ contexts: Tensor) -> Tensor {
        let (series, patchCount, patchSize) = (contexts.shape[0], configuration.patchCount, configuration.patchSize)
        let used = contexts.columns(configuration.contextLength - patchCount * patchSize..<configuration.contextLength)
        let patches = used.reshaped([series, patchCount, patchSize])
        let leading = frequencyEmbedding.map { [$0(frequencyToken)] } ?? []
        var tokens = encoder(patchEmbedding(patches).prepending(leading, adding: positions))
        if let adapter { tokens = adapter(tokens) }
        if let decoderPatchEmbedding {
            // To the frequency's token nothing is added but the bias.
            let nothing = leading.map { _ in Tensor(shape: [patchSize], repeating: 0) }
            tokens = decoderPatchEmbedding(patches.prepending(nothing, adding: nil), addingTo: tokens)
        }
        if let decoder { tokens = decoder(tokens) }
        let steps = head(tokens.reshaped([series, tokens.shape[1] * tokens.shape[2]]))
        return steps.columns(0..<configuration.predictionLength)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patchEmbedding", &patchEmbedding, as: .input)
        try visitor.visit("frequencyEmbedding", &frequencyEmbedding, as: .input)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("adapter", &adapter)
        try visitor.visit("decoderPatchEmbedding", &decoderPatchEmbedding, as: .input)
        try visitor.visit("decoder", &decoder)
        try visitor.visit("head", &head, as: .head)
    }
}
