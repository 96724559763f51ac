import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Texts that many tasks have written at the same time by one model.
struct ManyWritersTests {
    private static let prompts = ["The lighthouse", "In", "A harbour at night", "Snow", "The keeper", "One", "Rain"]

    @Test(arguments: ["text-llama", "text-gpt2-generation"], [Precision.float32, .int8])
    func eachIsWhatIsWrittenAlone(name: String, precision: Precision) async throws {
        let completer = try TextCompleter(ModelFolder(Fixtures.ownPath(name)), precision: precision)
        var settings = completer.settings
        (settings.beamCount, settings.isSampling) = (1, false)
        let alone = try Self.prompts.enumerated().map { index, prompt in
            settings.maximumNewTokens = 3 + 4 * index
            return try completer.complete([prompt], settings: settings)[0]
        }
        for _ in 0..<3 {
            let tasks = Self.prompts.enumerated().map { index, prompt in
                var settings = settings
                settings.maximumNewTokens = 3 + 4 * index
                return Task { [settings] in
                    try await LongComputation.run { try completer.complete([prompt], settings: settings)[0] }
                }
            }
            for (alone, task) in zip(alone, tasks) {
                let together = try await task.value
                #expect(together.tokens == alone.tokens)
                for (one, other) in zip(together.logProbabilities, alone.logProbabilities) {
                    // Products of several rows add in another order than those of one.
                    #expect(abs(one - other) < 1e-4)
                }
            }
        }
    }
}
