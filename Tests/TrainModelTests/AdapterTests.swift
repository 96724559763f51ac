import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TestSupport
import Testing

/// Trainings of adapters (LoRA).
@Suite(.serialized) struct AdapterTests {
    private let folder = TemporaryFolder()

    private func train(_ model: String, _ output: String, _ more: String...) throws -> Outcome {
        let text = folder.write("text.txt", String(repeating: "The keeper counts ships at dawn. ", count: 30))
        return try trainModel(
            [
                "text", "--task", "complete", "--data", text, "--from", Fixtures.ownPath(model), "--output",
                folder.file(output), "--lora-rank", "3", "--lora-alpha", "12", "--epochs", "4", "--learning-rate",
                "1e-2",
                "--batch-size", "4", "--threads", "2", "--dropout", "0",
            ] + more)
    }

    /// What is written as an adapter makes of a model what is written as a whole, also where files hold several matrices in one: 1e-5 of
    /// the largest logit.
    @Test(arguments: ["text-gpt2-generation", "text-gpt-neox", "text-llama"])
    func adaptersEqualWhatTheyMergeInto(model: String) throws {
        for (output, more) in [("adapter", "--quiet"), ("merged", "--merge-adapter")] {
            let outcome = try train(model, output, more)
            #expect(outcome.code == 0, "\(outcome)")
        }
        let base = try ModelFolder(Fixtures.ownPath(model))
        let ids: [Int32] = [5, 9, 2, 30, 7, 11]
        let logits = try CausalLanguageModel(base.adapted(by: ModelFolder(folder.file("adapter")))).logits(of: ids)
        let merged = try CausalLanguageModel(ModelFolder(folder.file("merged"))).logits(of: ids)
        #expect(relativeError(logits, merged) <= 1e-5)
        #expect(try relativeError(logits, CausalLanguageModel(base).logits(of: ids)) > 0.01)
    }
}
