package import TesseraLayers
package import TesseraTensor
internal import TesseraTransformer

/// A Transformer that reads a waveform, and a classifier of the mean of its frames: `transformers.Wav2Vec2ForSequenceClassification`,
/// as SUPERB (Yang et al., 2021) has it.
package struct WaveformClassifier: Layer {
    /// Its head is what each frame is mapped to before their mean is taken.
    package var transformer: WaveformTransformer
    /// Where the head reads all layers: how much of each, before softmax; the first is what enters the encoder. `[1 + layers]`
    package var layerWeights: Tensor?
    /// `[labels, head size]`
    package var classifier: Linear
    /// Whether, of all layers, the last is read behind the normalisation that follows it.
    private let readsNormalized: Bool

    /// A model whose parameters a checkpoint will fill.
    ///
    /// - Parameters:
    ///   - readsAllLayers: whether the head reads a weighted sum of all layers; if not, the last alone, normalised.
    ///   - readsNormalized: whether the last of that sum is normalised, too.
    package init(
        _ configuration: WaveformConfiguration, labelCount: Int, readsAllLayers: Bool, readsNormalized: Bool
    ) {
        self.readsNormalized = readsNormalized
        transformer = WaveformTransformer(configuration)
        layerWeights = readsAllLayers ? Tensor(unloaded: [1 + configuration.layerCount]) : nil
        classifier = Linear(input: configuration.headSize, output: labelCount)
    }

    /// - Parameter samples: `[batch, samples]`
    /// - Returns: `[batch, labels]`
    package func callAsFunction(_ samples: Tensor) -> Tensor {
        // The mean of what a linear map makes of frames is what it makes of their mean.
        classifier(transformer.head(states(of: samples).meanOfTokens(from: 0)))
    }

    /// What the head reads, `[batch, frames, hidden]`.
    private func states(of samples: Tensor) -> Tensor {
        guard let shares = layerWeights?.softmax().values else { return transformer.encoded(samples) }
        var reader = transformer
        if !readsNormalized { reader.encoder.finalNorm = nil }
        var sum: Tensor?
        let last = reader.encoded(samples) { layer, input in
            if sum == nil { sum = Tensor(shape: input.shape, repeating: 0) }
            sum?.add(input, scaledBy: shares[layer])
        }
        var states = sum ?? Tensor(shape: last.shape, repeating: 0)
        states.add(last, scaledBy: shares[shares.count - 1])
        return states
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try transformer.visitParameters(&visitor)
        try visitor.visit("layerWeights", &layerWeights, as: .scale)
        try visitor.visit("classifier", &classifier, as: .head)
    }
}
