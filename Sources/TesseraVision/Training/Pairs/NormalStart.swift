internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// Standard deviations of the matrices of a block at first.
struct BlockDeviations {
    /// Of queries, keys and values, and of what the heads found.
    let projection, output: (Linear) -> Float
    /// Of the two matrices of the feed-forward network.
    let expansion, contraction: (Linear) -> Float
}

/// Gives parameters that are not there yet their first values: matrices from normal distributions, biases 0, normalisations 1.
struct NormalStart {
    private let random: RandomGenerator
    private var count = 0

    init(random: RandomGenerator) { self.random = random }

    /// Those of a layer.
    mutating func callAsFunction(_ layer: inout some Layer, _ deviation: Float) {
        var initializer = next(deviation)
        layer.visitParameters(&initializer)
    }

    /// A table or a token.
    mutating func callAsFunction(_ tensor: inout Tensor, _ deviation: Float) {
        var initializer = next(deviation)
        initializer.visit("", &tensor, ParameterRole(.token))
    }

    /// The same, where there is one.
    mutating func callAsFunction(_ tensor: inout Tensor?, _ deviation: Float) {
        guard var present = tensor else { return }
        self(&present, deviation)
        tensor = present
    }

    mutating func callAsFunction(_ encoder: inout Encoder, _ deviations: BlockDeviations) {
        for index in encoder.blocks.indices {
            self(&encoder.blocks[index].attention, projection: deviations.projection, output: deviations.output)
            self(
                &encoder.blocks[index].feedForward, expansion: deviations.expansion,
                contraction: deviations.contraction)
        }
    }

    mutating func callAsFunction(
        _ attention: inout MultiHeadAttention, projection: (Linear) -> Float, output: (Linear) -> Float
    ) {
        self(&attention.query, projection(attention.query))
        self(&attention.key, projection(attention.key))
        self(&attention.value, projection(attention.value))
        self(&attention.output, output(attention.output))
    }

    mutating func callAsFunction(
        _ feedForward: inout FeedForward, expansion: (Linear) -> Float, contraction: (Linear) -> Float
    ) {
        self(&feedForward.input, expansion(feedForward.input))
        self(&feedForward.output, contraction(feedForward.output))
    }

    private mutating func next(_ deviation: Float) -> Initializer {
        defer { count += 1 }
        return Initializer(deviation: deviation, isCut: false, random: random.part(count))
    }
}
