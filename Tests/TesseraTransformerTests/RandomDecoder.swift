import TesseraLayers
import TesseraTensor
import TesseraTransformer

/// What decoders differ in where their caches are concerned.
enum DecoderKind: CaseIterable, Sendable {
    /// Learned positions and an encoder: Whisper.
    case whisper
    /// Learned positions, and no encoder.
    case gpt2
    /// A bias for each distance, and an encoder.
    case t5
    /// Sinusoids, and normalisation behind each residual sum: the original Transformer.
    case classic
    /// Sinusoids in another order, and none for a padding token: Speech2Text.
    case fairseq
    /// Rotary positions, grouped queries, gated networks, and no encoder.
    case llama
    /// Rotary positions, sublayers that read the same, and no encoder.
    case neox

    var hasEncoder: Bool { ![.gpt2, .llama, .neox].contains(self) }

    /// A decoder of two blocks with random weights, of such sizes that what passes a matrix keeps its own.
    func decoder(hiddenSize: Int) -> Trainable<TokenDecoder> {
        var decoder = TokenDecoder(configuration(hiddenSize: hiddenSize))
        var initializer = Initializer(
            deviation: { 1 / Float($1[$1.count - 1]).squareRoot() }, random: RandomGenerator(seed: 3))
        decoder.visitParameters(&initializer)
        return Trainable(decoder)
    }

    /// What such a decoder is made of.
    func configuration(hiddenSize: Int) -> TokenDecoderConfiguration {
        var block = BlockConfiguration(
            hiddenSize: hiddenSize, headCount: 2, intermediateSize: 2 * hiddenSize, normalizationEpsilon: 1e-5)
        if self == .classic { block.order = .post }
        block.isParallel = self == .neox
        if self == .llama {
            (block.headCount, block.keyHeadCount) = (4, 2)
            (block.normalization, block.activation, block.gated) = (.rootMeanSquare, .silu, true)
            block.attentionBiases = .init(output: false)
            block.feedForwardBias = false
        }
        if self == .t5 {
            block.normalization = .rootMeanSquare
            block.attentionBiases = .init(query: false, key: false, value: false, output: false)
            block.attentionScale = 0.2
        }
        var configuration = TokenDecoderConfiguration(
            block: block, layerCount: 2, vocabularySize: 150, contextLength: 400)
        configuration.hasCrossAttention = hasEncoder
        switch self {
        case .whisper, .gpt2: break
        case .t5:
            configuration.positions = .none
            configuration.relativePositions = .init(bucketCount: 16, maximumDistance: 60)
        case .classic: configuration.positions = .sinusoidal
        case .fairseq: configuration.positions = .tensor2tensor(first: 2)
        case .neox: configuration.positions = .rotary(RotaryPositions(size: hiddenSize / 4))
        case .llama: configuration.positions = .rotary(RotaryPositions(size: hiddenSize / 4))
        }
        return configuration
    }
}
