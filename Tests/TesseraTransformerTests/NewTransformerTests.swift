import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraTransformer
import Testing

/// Encoders and decoders that are made of their sizes, and get their first numbers from a seed.
@Suite struct NewTransformerTests {
    private static func block(_ order: BlockConfiguration.NormalizationOrder) -> BlockConfiguration {
        var block = BlockConfiguration(hiddenSize: 16, headCount: 4, intermediateSize: 24)
        block.order = order
        return block
    }

    private static func model(_ order: BlockConfiguration.NormalizationOrder) -> Trainable<ClassicTransformer> {
        let layers = ClassicTransformer(
            block(order), encoderLayerCount: 2, decoderLayerCount: 2, vocabularySize: 9, hasFinalNorm: order == .pre)
        return Trainable(initializing: layers, deviation: 0.25, random: RandomGenerator(seed: 4))
    }

    private static let pairs = TokenPairs(
        source: [[2, 3, 4, 5], [6, 7, 8, 1], [8, 5, 2, 7]],
        target: [[0, 5, 4, 3, 2, 1], [0, 8, 7, 6, 1, 1], [0, 7, 2, 5, 8, 1]],
        valid: [[true, true, true, true], [true, true, true, false], [true, true, true, true]])

    /// Attention has four maps of 16 to 16, the network two of 16 to 24 and back, a normalisation two vectors.
    @Test(arguments: [(1, true), (3, true), (2, false)])
    func parameterCounts(layerCount: Int, hasFinalNorm: Bool) {
        let (attention, network, norm) = (4 * (16 * 16 + 16), 2 * 16 * 24 + 24 + 16, 2 * 16)
        let encoder = Encoder(layerCount: layerCount, Self.block(.pre), finalNorm: hasFinalNorm)
        let last = hasFinalNorm ? norm : 0
        #expect(encoder.parameterCount == layerCount * (attention + network + 2 * norm) + last)

        var tokens = TokenDecoderConfiguration(
            block: Self.block(.pre), layerCount: layerCount, vocabularySize: 9, contextLength: 7)
        tokens.hasFinalNorm = hasFinalNorm
        let blocks = layerCount * (2 * attention + network + 3 * norm)
        #expect(TokenDecoder(tokens).parameterCount == 9 * 16 + 7 * 16 + blocks + last)
        (tokens.positions, tokens.hasCrossAttention) = (.sinusoidal, false)
        let alone = layerCount * (attention + network + 2 * norm)
        #expect(TokenDecoder(tokens).parameterCount == 9 * 16 + alone + last)
    }

    @Test func shapes() {
        let model = Self.model(.pre).ready()
        let memory = model.encoder(Tensor(shape: [2, 5, 16], repeating: 1))
        #expect(memory.shape == [2, 5, 16])
        var cache = model.decoder.makeCache(memory: memory)
        #expect(model.decoder.states(of: [[0, 2, 3], [0]], cache: &cache).shape == [4, 16])
        #expect(model.decoder.nextLogits(after: [[4], [5]], cache: &cache).shape == [2, 9])
    }

    /// The gradient reaches all that is trained, through both stacks; that of a key's bias is zero in exact arithmetic.
    @Test(arguments: [BlockConfiguration.NormalizationOrder.pre, .post])
    func everyParameterHasAGradient(order: BlockConfiguration.NormalizationOrder) {
        let model = Self.model(order)
        var gradient = model.zeros()
        _ = Translation(loss: CrossEntropy()).accumulate(
            model.preparedForTraining(.float32), Self.pairs, scale: 1, random: RandomGenerator(seed: 0),
            into: &gradient)
        let found = gradient.takeParameters()
        #expect(found.names.count > 50)
        for (name, tensor) in zip(found.names, found.tensors) where !name.hasSuffix("key.bias") {
            #expect(tensor.values.contains { abs($0) > 1e-4 }, "\(name)")
        }
    }

    @Test(arguments: [BlockConfiguration.NormalizationOrder.pre, .post])
    func theLossFalls(order: BlockConfiguration.NormalizationOrder) throws {
        var settings = TrainingSettings()
        (settings.epochs, settings.learningRate) = (60, 0.01)
        var trainer = try Trainer(
            Translation(loss: CrossEntropy()), model: Self.model(order), data: Self.pairs, settings: settings)
        var losses: [Double] = []
        _ = try trainer.run { losses.append($0.loss) }
        let (first, last) = (try #require(losses.first), try #require(losses.last))
        #expect(losses.count == 60 && last < 0.1 * first, "\(first) to \(last)")
    }
}

#if compiler(>=6.2)  // of which exit tests are a part
/// Sizes of which no stack can be made are programmers' mistakes.
@Suite struct TransformerSizeTests {
    @Test func blocksAreCountedAndSequencesHaveRoom() async {
        await #expect(processExitsWith: .failure) { _ = Encoder(layerCount: -1, .small, finalNorm: true) }
        await #expect(processExitsWith: .failure) { _ = TokenDecoder(layerCount: -1, contextLength: 4) }
        await #expect(processExitsWith: .failure) { _ = TokenDecoder(layerCount: 1, contextLength: 0) }
    }
}

extension BlockConfiguration {
    fileprivate static let small = BlockConfiguration(hiddenSize: 4, headCount: 2, intermediateSize: 4)
}

extension TokenDecoder {
    fileprivate init(layerCount: Int, contextLength: Int) {
        self.init(
            TokenDecoderConfiguration(
                block: .small, layerCount: layerCount, vocabularySize: 4, contextLength: contextLength))
    }
}
#endif
