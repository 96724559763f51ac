import ArgumentParser
import TesseraCommands
import TesseraLanguage

/// The options about the texts.
struct TextTrainingOptions: ParsableArguments {
    @Option(help: "What is learned: classify, translate, fill or complete (default: what the model's class does).")
    var task: TextTrainingKind?

    @Option(help: ArgumentHelp("The texts: a table with tabs between its columns, or JSON Lines.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("Texts to validate with, instead of a part of --data.", valueName: "file"))
    var validationData: String?

    @Option(help: "The part of the texts that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(
        help:
            "The share of each target that is spread over all labels, or over the vocabulary (default: 0, to translate 0.1)."
    )
    var labelSmoothing: Double?

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.1

    @Option(
        help: ArgumentHelp(
            """
            What a smaller model learns from: a classifier with the same labels or, to fill, a model of the same tokens. A folder or \
            OWNER/NAME.
            """, valueName: "model"))
    var teacher: String?

    @Option(
        help: "What the logits of teacher and student are divided by before they are compared (default: 2).")
    var temperature: Double?

    @Option(help: "The teacher's share in what is learned; labels, or the words, have the rest (default: 0.9).")
    var teacherShare: Double?

    @Option(
        help: ArgumentHelp(
            "To fill: how much it counts that hidden states point where the teacher's do; 1 in DistilBERT (default: 0).",
            valueName: "weight"))
    var teacherStates: Double?

    @Option(
        help: ArgumentHelp(
            """
            Train adapters of so many rows beside matrices of --from, which stay as they are (LoRA); what is written is an \
            adapter in PEFT's format.
            """, valueName: "rank"))
    var loraRank: Int?

    @Option(help: "What the adapters' products are multiplied with, times the rank (default: twice the rank).")
    var loraAlpha: Double?

    @Option(
        help: ArgumentHelp(
            """
            The matrices that adapters are beside: attention, its queries and values; or all those of every block, which learn \
            more and take longer (default: attention).
            """, valueName: "matrices"))
    var loraTargets: LowRankAdaptation.Targets?

    @Flag(help: "Write a whole model, the adapters merged into it.")
    var mergeAdapter = false

    var fraction: Double { validationFraction ?? 0.1 }

    /// How a student learns what its teacher thinks.
    var distillation: Distillation {
        Distillation(temperature: Float(temperature ?? 2), share: Float(teacherShare ?? 0.9))
    }

    /// What must stay the same where a training with a teacher is resumed.
    var teacherFacts: [(name: String, value: String)] {
        guard let teacher else { return [] }
        let states = teacherStates.map { [("teacher's states", "\($0)")] } ?? []
        return [
            ("teacher", teacher), ("temperature", "\(temperature ?? 2)"), ("teacher's share", "\(teacherShare ?? 0.9)"),
        ] + states
    }

    /// How the model learns by adapters; nil where all of it learns.
    ///
    /// - Throws: `ValidationError` for a new model, which has nothing to leave as it is.
    func adaptation(of start: StartOptions) throws -> LowRankAdaptation? {
        guard let loraRank else { return nil }
        guard let base = start.from else { throw ValidationError("--lora-rank is for a model that --from names.") }
        return LowRankAdaptation(
            rank: loraRank, alpha: loraAlpha ?? Double(2 * loraRank), targets: loraTargets ?? .attention,
            merges: mergeAdapter, base: base)
    }

    func validate() throws {
        try checkSamples(data, validationData: validationData, fraction: validationFraction)
        try require("--label-smoothing", labelSmoothing, in: 0...0.9)
        try require("--dropout", dropout, in: 0...0.9)
        try require("--temperature", temperature, in: 0.01...1_000)
        try require("--teacher-share", teacherShare, in: 0...1)
        try require("--teacher-states", teacherStates, in: 0...1_000)
        if teacher == nil, temperature ?? teacherShare ?? teacherStates != nil {
            throw ValidationError("--temperature, --teacher-share and --teacher-states need --teacher.")
        }
        try require("--lora-rank", loraRank, in: 1...4_096)
        try require("--lora-alpha", loraAlpha, in: 0.001...1e6)
        if loraRank == nil, loraAlpha != nil || loraTargets != nil || mergeAdapter {
            throw ValidationError("--lora-alpha, --lora-targets and --merge-adapter need --lora-rank.")
        }
        if teacher == "" { throw ValidationError("The name of a model must not be empty.") }
    }
}

extension LowRankAdaptation.Targets: ExpressibleByArgument {}

/// What a model of texts learns.
enum TextTrainingKind: String, CaseIterable, ExpressibleByArgument {
    case classify, translate, fill, complete
}
