import TesseraLayers
import TesseraTensor
import TesseraTransformer
import Testing

/// What the traversal says the parameters of a decoder are for.
@Suite struct ParameterRoleTests {
    /// A decoder within a model that visits it as one that reads token by token.
    private struct Model: Layer {
        var decoder: TokenDecoder

        mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
            try visitor.visit("decoder", &decoder, isForFewRows: true)
        }
    }

    private static let roles: [String: ParameterRole] = {
        var block = BlockConfiguration(hiddenSize: 4, headCount: 2, intermediateSize: 8, normalizationEpsilon: 1e-5)
        block.normalization = .batchNorm
        var configuration = TokenDecoderConfiguration(
            block: block, layerCount: 2, vocabularySize: 5, contextLength: 3)
        (configuration.isTied, configuration.hasHeadBias) = (false, true)
        configuration.relativePositions = .init(bucketCount: 4, maximumDistance: 8)
        var model = Model(decoder: TokenDecoder(configuration))
        let roles = model.parameterRoles
        return Dictionary(uniqueKeysWithValues: zip(model.takeParameters().names, roles))
    }()

    @Test(arguments: [
        ("embedding.weight", ParameterRole(.table, isForFewRows: true)),
        ("positions", ParameterRole(.position, isForFewRows: true)),
        ("relativePositions.table", ParameterRole(.position, isForFewRows: true)),
        ("blocks.1.attention.query.weight", ParameterRole(.matrix, in: .query, isForFewRows: true)),
        ("blocks.1.attention.key.weight", ParameterRole(.matrix, isForFewRows: true)),
        ("blocks.1.crossAttention.query.bias", ParameterRole(.bias, in: .query, isForFewRows: true)),
        ("blocks.1.crossAttention.key.weight", ParameterRole(.matrix, in: .memory)),
        ("blocks.1.crossAttention.value.weight", ParameterRole(.matrix, in: .memory)),
        ("blocks.1.crossAttention.output.weight", ParameterRole(.matrix, isForFewRows: true)),
        ("blocks.0.feedForward.output.weight", ParameterRole(.matrix, isForFewRows: true)),
        ("blocks.0.feedForwardNorm.weight", ParameterRole(.norm, isForFewRows: true)),
        ("blocks.0.feedForwardNorm.bias", ParameterRole(.shift, isForFewRows: true)),
        ("blocks.0.feedForwardNorm.statistics.mean", ParameterRole(.constant, isForFewRows: true)),
        ("head.weight", ParameterRole(.matrix, in: .head, isForFewRows: true)),
        ("head.bias", ParameterRole(.bias, in: .head, isForFewRows: true)),
    ])
    func aDecodersParametersHaveTheirRoles(name: String, role: ParameterRole) {
        #expect(Self.roles["decoder." + name] == role)
    }

    @Test(arguments: [
        (ParameterRole(.matrix, in: .input), Precision.int8, Precision.bfloat16),
        (ParameterRole(.matrix, in: .head), .int8, .int8),
        (ParameterRole(.matrix, in: .input), .float32, .float32),
    ])
    func whatIsSparedKeeps16Bits(role: ParameterRole, asked: Precision, expected: Precision) {
        #expect(role.packing(asked, sparing: [.input]).precision == expected)
    }

    @Test func hiddenMatricesAreNeitherOfTheInputNorOfTheHead() {
        let parts: [ParameterRole.Part] = [.input, .hidden, .query, .memory, .head]
        #expect(parts.map { ParameterRole(.matrix, in: $0).isHiddenMatrix } == [false, true, true, true, false])
        #expect(!ParameterRole(.table).isHiddenMatrix)
    }
}
