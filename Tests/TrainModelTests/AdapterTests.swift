import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

/// Trainings of adapters (LoRA).
@Suite(.serialized) struct AdapterTests {
    private let folder = TemporaryFolder()

    /// Models, and what they learn. Files of the first two hold queries, keys and values in one matrix.
    private static let models: [(name: String, task: String)] = [
        ("text-gpt2-generation", "complete"), ("text-gpt-neox", "complete"), ("text-llama", "complete"),
        ("text-qwen2", "complete"), ("text-minilm", "classify"), ("text-distilbert", "classify"),
        ("text-roberta", "classify"), ("text-electra", "classify"), ("text-bert-mask", "fill"),
        ("text-marian", "translate"), ("text-bart", "translate"), ("text-t5", "translate"),
        ("text-t5-gated", "translate"),
    ]

    private func data(_ task: String) -> String {
        let (heading, line) =
            switch task {
            case "classify": ("text\tlabel\n", "The keeper counts ships.\tcalm\nTwo ships sail at dawn.\tbusy\n")
            case "translate": ("source\ttarget\n", "The keeper\tcounts ships\nTwo ships\tsail at dawn\n")
            default: ("", "The keeper counts ships at dawn.\nTwo ships sail at dawn.\n")
            }
        return folder.write("data.tsv", heading + String(repeating: line, count: 15))
    }

    private func train(_ model: String, _ task: String, to output: String, _ more: String...) throws -> Checkpoint {
        let outcome = try trainModel(
            [
                "text", "--task", task, "--data", data(task), "--from", Fixtures.ownPath(model), "--output",
                folder.file(output), "--lora-rank", "3", "--lora-alpha", "12", "--epochs", "2", "--learning-rate",
                "1e-2", "--batch-size", "4", "--threads", "2", "--dropout", "0",
            ] + more)
        #expect(outcome.code == 0, "\(outcome)")
        guard !more.contains("--merge-adapter") else { return try Checkpoint(folder: folder.file(output)) }
        return try Checkpoint(
            ModelFolder(Fixtures.ownPath(model)).adapted(by: ModelFolder(folder.file(output))))
    }

    /// What is written as an adapter makes of a model what is written as a whole, also where files hold several matrices in one: 1e-5 of
    /// the largest number of a tensor. And it changes as many matrices as it holds adapters, six or seven of each block, or one or two.
    @Test(
        arguments: models.map { ($0.name, $0.task, "all") } + models.prefix(3).map { ($0.name, $0.task, "attention") })
    func adaptersEqualWhatTheyMergeInto(model: String, task: String, targets: String) throws {
        let adapted = try train(model, task, to: "adapter", "--lora-targets", targets)
        let merged = try train(model, task, to: "merged", "--lora-targets", targets, "--merge-adapter")
        let base = try Checkpoint(folder: Fixtures.ownPath(model))
        var changed = 0
        for name in base.names {
            // A checkpoint of the bare model lacks the beginning of the names.
            guard let whole = merged.names.first(where: { ("." + $0).hasSuffix("." + name) }) else { continue }
            let (found, before) = (try adapted.readTensor(name), try base.readTensor(name))
            #expect(try relativeError(found, merged.readTensor(whole)) <= 1e-5, "\(name)")
            changed += relativeError(found, before) > 1e-3 && !isHead(name) ? 1 : 0
        }
        #expect(try changed == adapterCount() && changed > 0)
    }

    private func isHead(_ name: String) -> Bool { name.contains("classifier") || name.contains("pooler") }

    private func adapterCount() throws -> Int {
        try Safetensors(folder.file("adapter/adapter_model.safetensors")).names.count { $0.contains("lora_A") }
    }

    /// What PEFT reads gives adapters to no other layers than those that have them: each is named by as much as tells it from others.
    @Test(arguments: [
        ("text-minilm", "classify", ["intermediate.dense", "key", "output.dense", "query", "value"], [:]),
        ("text-gpt2-generation", "complete", ["c_attn", "c_fc", "c_proj"], ["c_attn": 9]),
        ("text-t5-gated", "translate", ["k", "o", "q", "v", "wi_0", "wi_1", "wo"], [:]),
    ])
    func layersAreNamed(model: String, task: String, targets: [String], ranks: [String: Int]) throws {
        _ = try train(model, task, to: "adapter", "--lora-targets", "all")
        let config = try ModelFolder(folder.file("adapter")).read("adapter_config.json")
        guard case .array(let names)? = config.value("target_modules") else { return #expect(Bool(false), "no list") }
        #expect(names.compactMap { if case .string(let name) = $0 { name } else { nil } } == targets)
        let patterns = try #require(try config.object("rank_pattern"))
        #expect(patterns.keys.sorted() == ranks.keys.sorted())
        for (name, rank) in ranks { #expect(try patterns.integer(name, in: 0...1_000) == rank) }
        #expect(try config.integer("r", in: 0...1_000) == 3)
    }
}
