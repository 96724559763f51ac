// The encoder-decoder of "Attention Is All You Need" (Vaswani et al., 2017), put together from this package's layers, trained to
// write strings backwards, measured on strings that it has not seen, and drawn at work. Numbers such as 3.1 are the paper's
// sections, `[batch, tokens, hidden]` is a tensor's shape, and what is passed with `&` is changed by the function it is passed to.
//
//     swift run -c release --package-path Samples/transformer transformer attention.png
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraTransformer

/// Two stacks of blocks (3.1), and one table of embeddings for both sides and for the logits (3.4).
struct Transformer: Layer {
    var encoder: Encoder
    var decoder: TokenDecoder

    init() {
        var block = BlockConfiguration(hiddenSize: 64, headCount: 4, intermediateSize: 256)
        (block.order, block.activation) = (.post, .relu)  // LayerNorm(x + Sublayer(x)), 3.1 and 3.3
        encoder = Encoder(layerCount: 2, block, finalNorm: false)
        var tokens = TokenDecoderConfiguration(block: block, layerCount: 2, vocabularySize: 28, contextLength: 13)
        (tokens.positions, tokens.embeddingScale, tokens.hasFinalNorm) = (.sinusoidal, 8, false)  // √64, 3.4
        decoder = TokenDecoder(tokens)
    }

    /// Shows the parameters to whatever counts, draws, changes or packs them.
    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }

    /// What the encoder reads: embeddings, and the sinusoids of their positions (3.5). `[batch, tokens, hidden]`
    func embedded(_ strings: Strings) -> Tensor {
        var x = decoder.embedding(strings.source).reshaped([strings.count, strings.length, 64])
        x *= decoder.embeddingScale
        x.addToEachSequence(sinusoidalPositions(length: strings.length, hiddenSize: 64))
        return x
    }

    /// Writes the likeliest token, then the likeliest after that one, until each string has its end.
    func reversed(_ strings: Strings) -> [[Int32]] {
        let memory = encoder(embedded(strings), mask: AttentionMask(validKeys: strings.isLetter))
        var cache = decoder.makeCache(memory: memory, valid: strings.isLetter)
        let logits = decoder.nextLogits(after: strings.ids.map { _ in [0] }, cache: &cache)
        let greedy = Sampling(count: strings.count, endTokens: [1], random: RandomGenerator(seed: 0))
        return decoder.generate(from: logits, cache: &cache, search: greedy, limit: 13).map(\.tokens)
    }
}

/// What is trained: each token of the reversed string, given those before it; cross-entropy with smoothed labels (5.4).
struct Reversal: TrainingObjective {
    /// Forward; then backward through the same layers, each of which adds to its part of the gradient.
    func accumulate(
        _ model: Transformer, _ strings: Strings, scale: Float, random: RandomGenerator, into sum: inout Transformer
    ) -> LossReport {
        let letters = AttentionMask(validKeys: strings.isLetter)
        let (memory, read) = model.encoder.forward(model.embedded(strings), mask: letters, random: random)
        let (logits, written) = model.decoder.forward(
            strings.prefixes, sequences: strings.count, memory: memory, validMemory: strings.isLetter, random: random)
        var (losses, gradient) = CrossEntropy(labelSmoothing: 0.1)(logits, labels: strings.labels)
        gradient *= scale
        var memoryGradient: Tensor? = Tensor(shape: memory.shape, repeating: 0)
        model.decoder.backward(gradient, written, into: &sum.decoder, memoryGradient: &memoryGradient)
        if let memoryGradient, var x = model.encoder.backward(memoryGradient, read, into: &sum.encoder) {
            x *= model.decoder.embeddingScale
            model.decoder.embedding.accumulate(x, ids: strings.source, into: &sum.decoder.embedding)
        }
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: strings.count)
    }

    /// Counts the strings that come out right to the last letter.
    func evaluate(_ model: Transformer, _ strings: Strings) -> LossReport {
        let correct = zip(model.reversed(strings), strings.ids).count { $0 == $1.reversed() }
        return LossReport(correctCount: correct, sampleCount: strings.count)
    }
}

let (known, start) = (Strings(40_000, seed: 1), ContinuousClock.now)
var settings = TrainingSettings()
(settings.epochs, settings.batchSize, settings.microBatchSize) = (2, 64, 32)
(settings.learningRate, settings.schedule) = (0.002, Schedule(.cosine(finalShare: 0), warmUpSteps: 100))
let new = Trainable(initializing: Transformer(), deviation: 0.125, random: RandomGenerator(seed: 2))  // 1 / √64
var trainer = try Trainer(Reversal(), model: new, data: known, settings: settings)
let model = try trainer.run { print("step \($0.step) of \($0.steps): loss of a string \($0.loss)") }.model.ready()
print("\(new.parameterCount) parameters were trained in \(ContinuousClock.now - start)")
let figures = Reversal().evaluate(model, Strings(1_000, seed: 3, unlike: Set(known.ids)))
print("\(figures.correctCount) of \(figures.sampleCount) unseen strings come out backwards without a mistake")
for word in ["a", "swift", "attention", "transformers"] { print(word, "→", text(model.reversed(Strings([word]))[0])) }
try model.drawCrossAttention(Strings(["transformer"]), to: CommandLine.arguments.dropFirst().first ?? "attention.png")
if figures.accuracy < 0.99 { fatalError("fewer than 99 % are right") }
