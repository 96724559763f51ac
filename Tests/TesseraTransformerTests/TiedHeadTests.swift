import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// A head that is tied to the embedding: one table of numbers, in the forms that its two uses need.
@Suite struct TiedHeadTests {
    private static func decoder(isTied: Bool) -> Trainable<TokenDecoder> {
        let block = BlockConfiguration(hiddenSize: 8, headCount: 2, intermediateSize: 12, normalizationEpsilon: 1e-5)
        var configuration = TokenDecoderConfiguration(
            block: block, layerCount: 1, vocabularySize: 7, contextLength: 6)
        (configuration.isTied, configuration.hasHeadBias, configuration.hasCrossAttention) = (isTied, !isTied, false)
        return Trainable(
            initializing: TokenDecoder(configuration), deviation: 0.5, random: RandomGenerator(seed: 3))
    }

    @Test func theTableIsCountedAndTakenOnce() {
        var (tied, own) = (Self.decoder(isTied: true), Self.decoder(isTied: false))
        #expect(own.parameterCount - tied.parameterCount == 7 * 8 + 7)
        let (names, others) = (tied.takeParameters().names, own.takeParameters().names)
        #expect(others.filter { !names.contains($0) } == ["head.weight", "head.bias"])
        #expect(names.count { $0 == "embedding.weight" } == 1)
    }

    /// `x Eᵀ`, in every form of the table. In bfloat16 a training step keeps the table in float32, and what runs does not.
    @Test(arguments: [(Precision.float32, Float(1e-6)), (.bfloat16, 0.02)])
    func logitsComeFromTheTable(precision: Precision, tolerance: Float) {
        let decoder = Self.decoder(isTied: true)
        let states = Tensor(shape: [2, 8], (0..<16).map { Float($0 % 5) - 2 })
        let expected = Linear(weight: decoder.layers.embedding.weight, bias: nil)(states)
        #expect(relativeError(decoder.ready(precision).logits(states), expected) <= tolerance)
        #expect(relativeError(decoder.preparedForTraining(precision).logits(states), expected) <= 1e-6)
    }
}
