package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// A Transformer that reads a waveform and labels each of its frames: wav2vec 2.0 (Baevski et al., 2020) and HuBERT (Hsu et al.,
/// 2021), with a head for connectionist temporal classification (Graves et al., 2006) or for what follows it.
///
/// samples → convolutions → frames → positions → encoder → logits.
package struct WaveformTransformer: Layer {
    /// What the model is made of.
    package let configuration: WaveformConfiguration
    /// What brings samples to frames.
    package var convolutions: [WaveformConvolution]
    /// Of a frame, before it is brought to the encoder's size.
    package var projectionNorm: Normalization?
    /// `[hidden, channels]`
    package var projection: Linear
    /// What tells frames where they stand.
    package var positions: PositionalConvolution
    /// Where the encoder's blocks normalise behind their sums: what its input passes first.
    package var inputNorm: Normalization?
    /// `[batch, frames, hidden]` to the same.
    package var encoder: Encoder
    /// Of each frame, `[head size, hidden]`
    package var head: Linear

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: WaveformConfiguration) {
        self.configuration = configuration
        let hidden = configuration.block.hiddenSize
        let channels = configuration.convolutions[configuration.convolutions.count - 1].channels
        func norm(_ size: Int) -> Normalization {
            Normalization(.layerNorm, size: size, epsilon: configuration.block.normalizationEpsilon)
        }
        convolutions = configuration.convolutions.indices.map { WaveformConvolution(configuration, index: $0) }
        projectionNorm = configuration.normalizesProjected ? norm(channels) : nil
        projection = Linear(input: channels, output: hidden)
        positions = PositionalConvolution(configuration)
        inputNorm = configuration.block.order == .post ? norm(hidden) : nil
        encoder = Encoder(
            layerCount: configuration.layerCount, configuration.block, finalNorm: configuration.block.order == .pre)
        head = Linear(input: hidden, output: configuration.headSize)
    }

    /// - Parameters:
    ///   - samples: `[batch, samples]`
    ///   - sampleCounts: how many samples of each sound are its own, where the others are to be left out; nil where all count.
    /// - Returns: `[batch, frames, head size]`
    package func logits(_ samples: Tensor, sampleCounts: [Int]? = nil) -> Tensor {
        head(encoded(samples, sampleCounts: sampleCounts))
    }

    /// - Parameter observe: called before each block of the encoder with its index and its input, `[batch, frames, hidden]`.
    /// - Returns: `[batch, frames, hidden]`
    package func encoded(
        _ samples: Tensor, sampleCounts: [Int]? = nil, observe: ((Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        Threads.takeTurn {
            let frameCounts = sampleCounts?.map(configuration.frameCount)
            var x = embedded(samples)
            let length = x.shape[1]
            if let frameCounts { x.clear(from: frameCounts) }
            x = positions(x)
            if let inputNorm { x = inputNorm(x) }
            let mask = AttentionMask(validKeys: frameCounts?.map { count in (0..<length).map { $0 < count } })
            return encoder(x, mask: mask, observe: observe)
        }
    }

    /// The frames at the encoder's size, without positions, `[batch, frames, hidden]`.
    private func embedded(_ samples: Tensor) -> Tensor {
        let sounds = (0..<samples.shape[0]).map { item in
            convolutions.frames(of: samples.rows(item..<item + 1).reshaped([samples.shape[1]]), configuration)
        }
        var frames = sounds[0].reshaped([1] + sounds[0].shape)
        if sounds.count > 1 {
            frames = Tensor(shape: [sounds.count] + sounds[0].shape, sounds.flatMap(\.values))
        }
        return projection(projectionNorm.map { $0(frames) } ?? frames)
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("convolutions", &convolutions)
        try visitor.visit("projectionNorm", &projectionNorm)
        try visitor.visit("projection", &projection)
        try visitor.visit("positions", &positions)
        try visitor.visit("inputNorm", &inputNorm)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("head", &head, as: .head)
    }
}

extension Tensor {
    /// Sets the tokens behind the first `counts` of each sequence of `[batch, tokens, hidden]` to 0.
    fileprivate mutating func clear(from counts: [Int]) {
        let (tokens, hidden) = (shape[1], shape[2])
        withMutableValues { values in
            for (item, count) in counts.enumerated() {
                values[(item * tokens + count) * hidden..<(item + 1) * tokens * hidden].update(repeating: 0)
            }
        }
    }
}
