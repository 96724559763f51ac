import TesseraLayers
import TesseraTensor
import TesseraTransformer
import Testing

/// A layer, what it reads, and both passes.
struct GradientCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The parameters of the layer followed by its inputs.
    let values: [Tensor]
    /// The output for such values.
    let output: @Sendable ([Tensor]) -> Tensor
    /// The gradients of such values, given the output's.
    let gradients: @Sendable ([Tensor], Tensor) -> [Tensor]

    /// - Parameters:
    ///   - forward: the output, and what the backward needs.
    ///   - backward: the gradients of the inputs; those of the parameters are added to its last argument.
    init<L: Layer, Saved>(
        _ name: String, _ layer: L, _ inputs: [Tensor],
        forward: @escaping @Sendable (L, [Tensor]) -> (Tensor, Saved),
        backward: @escaping @Sendable (L, Tensor, Saved, inout L) -> [Tensor]
    ) {
        testDescription = name
        var random = RandomGenerator(seed: 5)
        var copy = layer
        let parameters = copy.takeParameters()
        values = parameters.tensors.map { Tensor(randomOf: $0.shape, 0.5, &random) } + inputs
        let count = parameters.tensors.count
        @Sendable func filled(_ values: [Tensor]) -> L {
            var filled = layer
            var parameters = filled.takeParameters()
            parameters.tensors = Array(values.prefix(count))
            filled.put(parameters)
            return filled
        }
        output = { forward(filled($0).preparedForTraining(.float32), Array($0.dropFirst(count))).0 }
        gradients = { values, outputGradient in
            let dense = filled(values)
            let layer = dense.preparedForTraining(.float32)
            var gradient = dense.zeros()
            let saved = forward(layer, Array(values.dropFirst(count))).1
            let inputs = backward(layer, outputGradient, saved, &gradient)
            return gradient.takeParameters().tensors + inputs
        }
    }
}

extension Tensor {
    init(randomOf shape: [Int], _ deviation: Float, _ random: inout RandomGenerator) {
        self.init(shape: shape, (0..<shape.reduce(1, *)).map { _ in deviation * random.nextNormal() })
    }
}

/// Every layer's backward against central differences of its forward, along a random direction for each parameter and input.
@Suite struct FiniteDifferenceTests {
    /// With a step h = 0.01, differences of a float32 output carry an error of about 1e-6 √n / h = 1e-4 √n from rounding, and
    /// one of the order h² from the third derivative. Both are far below a hundredth of the gradient's norm, and a wrong
    /// term in a backward is of the norm's own order.
    @Test(arguments: allCases)
    func backwardEqualsDifferences(_ layer: GradientCase) {
        let step: Float = 0.01
        var random = RandomGenerator(seed: 17)
        let weights = Tensor(randomOf: layer.output(layer.values).shape, 1, &random)
        func loss(_ values: [Tensor]) -> Double {
            zip(layer.output(values).values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let gradients = layer.gradients(layer.values, weights)
        #expect(gradients.count == layer.values.count)
        let norms = gradients.map { $0.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
        let largest = norms.max() ?? 0
        #expect(largest > 0)
        for (index, gradient) in gradients.enumerated() {
            #expect(gradient.shape == layer.values[index].shape)
            let direction = Tensor(randomOf: gradient.shape, 1, &random)
            func moved(_ distance: Float) -> [Tensor] {
                var values = layer.values
                values[index].add(direction, scaledBy: distance)
                return values
            }
            let difference = (loss(moved(step)) - loss(moved(-step))) / Double(2 * step)
            let product = zip(gradient.values, direction.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            // A key bias's gradient is zero in exact arithmetic: hence the share of the largest.
            #expect(abs(difference - product) <= 0.01 * norms[index] + 1e-4 * largest, "value \(index)")
        }
    }

    static let allCases =
        linearCases + attentionCases + groupedCases + blockCases + decoderCases + aloneCases + encoderDecoderCases
        + positionCases + bucketCases

    private static func random(_ shape: [Int]) -> Tensor {
        var random = RandomGenerator(seed: UInt64(shape.reduce(7) { $0 &* 31 &+ $1 }))
        return Tensor(randomOf: shape, 1, &random)
    }

    private static let linearCases: [GradientCase] =
        [
            GradientCase("linear", Linear(input: 5, output: 7), [random([2, 3, 5])]) {
                ($0($1[0]), $1[0])
            } backward: { layer, dy, x, gradient in
                [layer.backward(dy, input: x, into: &gradient)]
            },
            GradientCase("embedding", Embedding(weight: random([6, 4])), []) { layer, _ in
                (layer([5, 0, 5, 2]), [5, 0, 5, 2] as [Int32])
            } backward: { layer, dy, ids, gradient in
                layer.accumulate(dy, ids: ids, into: &gradient)
                return []
            },
            GradientCase(
                "patches", PatchEmbedding(channelCount: 2, patchHeight: 2, patchWidth: 3, hiddenSize: 5), []
            ) { layer, _ in
                (layer(random([2, 2, 5, 7])), random([2, 2, 5, 7]))
            } backward: { layer, dy, pixels, gradient in
                layer.accumulate(dy, pixels: pixels, into: &gradient)
                return []
            },
        ]
        + [Normalization.Kind.layerNorm, .rootMeanSquare].map { kind in
            GradientCase("\(kind)", Normalization(kind, size: 9, epsilon: 1e-5), [random([2, 3, 9])]) {
                ($0($1[0]), $1[0])
            } backward: { layer, dy, x, gradient in
                [layer.backward(dy, input: x, into: &gradient)]
            }
        }
        + [Activation.gelu, .geluTanh, .silu, .quickGELU, .tanh, .identity].flatMap { activation in
            [false, true].map { gated in
                GradientCase(
                    "feed-forward, \(activation)\(gated ? ", gated" : "")",
                    FeedForward(hiddenSize: 5, intermediateSize: 8, activation: activation, gated: gated),
                    [random([2, 3, 5])]
                ) {
                    $0.forward($1[0])
                } backward: { layer, dy, saved, gradient in
                    [layer.backward(dy, saved, into: &gradient)]
                }
            }
        }

    private static let masks: [(String, AttentionMask)] = [
        ("", .none), (", causal", .causal),
        (
            ", padded",
            AttentionMask(validKeys: [[true, true, true, false, false], [true, false, true, true, true]])
        ),
    ]

    private static let attentionCases: [GradientCase] =
        masks.map { name, mask in
            GradientCase(
                "self-attention" + name, MultiHeadAttention(hiddenSize: 8, headCount: 2), [random([2, 5, 8])]
            ) {
                $0.forward($1[0], mask: mask)
            } backward: { layer, dy, saved, gradient in
                var none: Tensor?
                return [layer.backward(dy, saved, into: &gradient, biasGradient: &none).x]
            }
        } + [
            GradientCase(
                "attention with adapters", adapted(MultiHeadAttention(hiddenSize: 8, headCount: 2)),
                [random([2, 5, 8]), random([2, 4, 8])]
            ) {
                $0.forward($1[0], memory: $1[1])
            } backward: { layer, dy, saved, gradient in
                var none: Tensor?
                let (x, memory) = layer.backward(dy, saved, into: &gradient, biasGradient: &none)
                return [x, memory].compactMap(\.self)
            },
            GradientCase(
                "cross-attention with a bias",
                MultiHeadAttention(hiddenSize: 8, headCount: 2, innerSize: 12, biases: .init(key: false), scale: 0.7),
                [random([2, 3, 8]), random([2, 5, 8]), random([2, 3, 5])]
            ) {
                $0.forward($1[0], memory: $1[1], bias: $1[2])
            } backward: { layer, dy, saved, gradient in
                var bias: Tensor? = Tensor(shape: [2, 3, 5], repeating: 0)
                let (x, memory) = layer.backward(dy, saved, into: &gradient, biasGradient: &bias)
                return [x, memory, bias].compactMap(\.self)
            },
        ]

    private static func adapted(_ attention: MultiHeadAttention) -> MultiHeadAttention {
        Trainable(initializing: attention, random: RandomGenerator(seed: 1))
            .adapted(["query", "value"], rank: 2, scale: 1.5, random: RandomGenerator(seed: 2)).layers
    }

    /// Heads of queries that share keys, with and without rotary positions; of the second kind two numbers of a head stay as they are.
    private static let groupedCases = [(4, 2, 0), (4, 1, 8), (2, 1, 6), (2, 2, 8)].map {
        (heads: Int, keyHeads: Int, turned: Int) in
        GradientCase(
            "self-attention of \(heads) heads to \(keyHeads), \(turned) of 8 numbers turned",
            MultiHeadAttention(
                hiddenSize: 8, headCount: heads, keyHeadCount: keyHeads, innerSize: 8 * heads,
                biases: .init(output: false)), [random([2, 5, 8])]
        ) { layer, inputs in
            let rotation = turned == 0 ? nil : Rotation(angles: random([5, turned / 2]), scale: 1.2)
            return layer.forward(inputs[0], mask: .causal, rotation: rotation)
        } backward: { layer, dy, saved, gradient in
            var none: Tensor?
            return [layer.backward(dy, saved, into: &gradient, biasGradient: &none).x]
        }
    }

    private static func block(
        _ order: BlockConfiguration.NormalizationOrder, layerScale: Bool
    ) -> BlockConfiguration {
        var configuration = BlockConfiguration(
            hiddenSize: 8, headCount: 2, intermediateSize: 12, normalizationEpsilon: 1e-5)
        (configuration.order, configuration.layerScale) = (order, layerScale)
        return configuration
    }

    private static let regularized = Regularization(dropout: 0.2, stochasticDepth: 0.5)

    private static let blockCases: [GradientCase] = {
        var cases: [GradientCase] = []
        for order in [BlockConfiguration.NormalizationOrder.pre, .post] {
            for outputTokens in [nil, 2] {
                for layerScale in [false, true] {
                    cases.append(encoderCase(order, outputTokens, layerScale, .none))
                    cases.append(encoderCase(order, outputTokens, layerScale, regularized))
                }
            }
        }
        return cases
    }()

    private static func encoderCase(
        _ order: BlockConfiguration.NormalizationOrder, _ outputTokens: Int?, _ layerScale: Bool,
        _ regularization: Regularization
    ) -> GradientCase {
        let name = "encoder, \(order)-norm, \(outputTokens.map(String.init) ?? "all") tokens"
        return GradientCase(
            name + (layerScale ? ", LayerScale" : "") + (regularization.dropout > 0 ? ", dropout" : ""),
            Encoder(layerCount: 2, block(order, layerScale: layerScale), finalNorm: order == .pre),
            [random([2, 5, 8]), random([2, 5, 5])]
        ) { encoder, inputs in
            encoder.forward(
                inputs[0], outputTokens: outputTokens, positionBias: { _ in inputs[1] },
                regularization: regularization, random: RandomGenerator(seed: 3))
        } backward: { encoder, dy, saved, gradient in
            var bias = Tensor(shape: [2, 5, 5], repeating: 0)
            let x = encoder.backward(dy, saved, into: &gradient) { bias += $1 }
            return [x, bias].compactMap(\.self)
        }
    }

    private static let decoderCases: [GradientCase] = [BlockConfiguration.NormalizationOrder.pre, .post].flatMap {
        order in
        [
            decoderCase(order, isTied: true, .none), decoderCase(order, isTied: false, regularized),
        ]
    }

    private static func decoderCase(
        _ order: BlockConfiguration.NormalizationOrder, isTied: Bool, _ regularization: Regularization
    ) -> GradientCase {
        var configuration = TokenDecoderConfiguration(
            block: block(order, layerScale: false), layerCount: 2, vocabularySize: 7, contextLength: 6)
        (configuration.isTied, configuration.hasHeadBias) = (isTied, true)
        (configuration.hasFinalNorm, configuration.embeddingScale) = (order == .pre, 1.7)
        configuration.headScale = 0.6
        configuration.relativePositions = isTied ? .init(bucketCount: 4, maximumDistance: 8) : nil
        let name = "decoder, \(order)-norm, \(isTied ? "tied" : "with a head of its own")"
        return GradientCase(
            name + (regularization.dropout > 0 ? ", dropout" : ""), TokenDecoder(configuration), [random([2, 5, 8])]
        ) { decoder, inputs in
            decoder.forward(
                [1, 2, 3, 4, 6, 1, 0, 2], sequences: 2, memory: inputs[0],
                validMemory: [[true, true, true, false, false], [true, false, true, true, true]],
                regularization: regularization, random: RandomGenerator(seed: 3))
        } backward: { decoder, dy, saved, gradient in
            var memory: Tensor? = Tensor(shape: [2, 5, 8], repeating: 0)
            decoder.backward(dy, saved, into: &gradient, memoryGradient: &memory)
            return [memory].compactMap(\.self)
        }
    }

    private static let encoderDecoderCases: [GradientCase] = [
        encoderDecoderCase(.table, isTied: true), encoderDecoderCase(.sinusoidalHalves, isTied: true),
        encoderDecoderCase(.none, isTied: false),
    ]

    /// Positions from row 2 of a table and normalised embeddings as in BART, sinusoids as in Marian, or a bias for distances as in T5.
    private static func encoderDecoderCase(
        _ positions: TokenDecoderConfiguration.Positions, isTied: Bool
    ) -> GradientCase {
        let order: BlockConfiguration.NormalizationOrder = positions == .none ? .pre : .post
        var decoder = TokenDecoderConfiguration(
            block: block(order, layerScale: false), layerCount: 1, vocabularySize: 7, contextLength: 6)
        (decoder.positions, decoder.isTied, decoder.hasHeadBias) = (positions, isTied, isTied)
        (decoder.hasFinalNorm, decoder.embeddingScale) = (order == .pre, 1.7)
        (decoder.positionOffset, decoder.hasEmbeddingNorm) = positions == .table ? (2, true) : (0, false)
        decoder.relativePositions = positions == .none ? .init(bucketCount: 4, maximumDistance: 8) : nil
        let configuration = EncoderDecoderConfiguration(
            encoderBlock: block(order, layerScale: false), encoderLayerCount: 1, encoderHasFinalNorm: order == .pre,
            decoder: decoder)
        return GradientCase(
            "encoder-decoder, positions \(positions)", EncoderDecoder(configuration), []
        ) { model, _ in
            model.forward(
                [[1, 2, 3, 4, 6], [1, 0, 2, 0, 0]],
                valid: [[true, true, true, true, true], [true, true, true, false, false]],
                targets: [3, 1, 6, 2, 2, 5], regularization: regularized, random: RandomGenerator(seed: 3))
        } backward: { model, dy, saved, gradient in
            model.backward(dy, saved, into: &gradient)
            return []
        }
    }

    /// Decoders that stand alone; one of those whose sublayers read the same with dropout.
    private static let aloneCases: [GradientCase] = [DecoderKind.gpt2, .llama, .neox].flatMap { kind in
        [true, false].map { isTied in
            var configuration = kind.configuration(hiddenSize: 8)
            configuration.isTied = isTied
            return GradientCase(
                "\(kind), \(isTied ? "tied" : "with a head of its own")", TokenDecoder(configuration), []
            ) {
                decoder, _ in
                decoder.forward(
                    [1, 2, 3, 4, 6, 1, 0, 2], sequences: 2, memory: nil,
                    regularization: kind == .neox && !isTied ? regularized : .none,
                    random: RandomGenerator(seed: 3))
            } backward: { decoder, dy, saved, gradient in
                var none: Tensor?
                decoder.backward(dy, saved, into: &gradient, memoryGradient: &none)
                return []
            }
        }
    }

    private static let positionCases: [GradientCase] = [(2, 3), (3, 2), (4, 4)].flatMap { rows, columns in
        [
            GradientCase(
                "relative positions on \(rows) × \(columns)", RelativePositionBias2D(rows: 3, columns: 2, headCount: 2),
                []
            ) { layer, _ in
                (layer(rows: rows, columns: columns), ())
            } backward: { layer, dy, _, gradient in
                layer.accumulate(dy, rows: rows, columns: columns, into: &gradient)
                return []
            },
            GradientCase("positions on \(rows) × \(columns)", Nothing(), [random([6, 4])]) { _, inputs in
                (interpolatedPositions(inputs[0], rows: 3, columns: 2, to: rows, columns), ())
            } backward: { _, dy, _, _ in
                [interpolatedPositionsBackward(dy, rows: 3, columns: 2, from: rows, columns)]
            },
        ]
    }

    private static let bucketCases: [GradientCase] = [(true, 0..<9), (false, 0..<9), (false, 4..<7)].map {
        isBidirectional, queries in
        GradientCase(
            "relative positions, \(isBidirectional ? "both ways" : "one way"), queries \(queries)",
            RelativePositionBuckets(
                .init(bucketCount: 8, maximumDistance: 6), headCount: 2, isBidirectional: isBidirectional), []
        ) { layer, _ in
            (layer(queries: queries, keyCount: 9), ())
        } backward: { layer, dy, _, gradient in
            layer.accumulate(dy, queries: queries, into: &gradient)
            return []
        }
    }

    /// A layer without parameters.
    private struct Nothing: Layer {
        mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {}
    }
}
