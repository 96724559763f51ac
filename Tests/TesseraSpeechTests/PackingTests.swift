import TesseraLayers
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

/// How the matrices of an encoder-decoder are packed, by their roles.
@Suite struct PackingTests {
    /// Which matrices begin with `prefix`, and how those are packed.
    private func packings(_ prefix: String) throws -> [Packing] {
        let folder = try TranscriberFolder(finetuning: Fixtures.path(SpeechTrainingTests.fixtures[0]))
        var model = try folder.initialModel(seed: 0)
        let roles = model.layers.parameterRoles
        return zip(model.takeParameters().names, roles).filter { $0.hasPrefix(prefix) && $1.kind == .matrix }
            .map { Whisper.packing(of: $1, .int8) }
    }

    /// The convolutions keep 16 bits. A decoder meets a row at a time, save for the keys and values of the encoder's output.
    @Test(arguments: [
        ("convolutions.", Precision.bfloat16, false), ("encoder.blocks.0.attention.", .int8, false),
        ("decoder.blocks.0.attention.", .int8, true), ("decoder.blocks.0.crossAttention.query", .int8, true),
        ("decoder.blocks.0.crossAttention.key", .int8, false), ("decoder.blocks.0.crossAttention.value", .int8, false),
        ("decoder.blocks.0.crossAttention.output", .int8, true), ("decoder.blocks.0.feedForward.", .int8, true),
    ])
    func matricesArePackedByTheirRoles(prefix: String, precision: Precision, isForFewRows: Bool) throws {
        let packings = try packings(prefix)
        #expect(!packings.isEmpty)
        #expect(packings.allSatisfy { $0.precision == precision && $0.isForFewRows == isForFewRows })
    }
}
