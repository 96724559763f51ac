import ArgumentParser
import TesseraCommands

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
            "A classifier with the same labels that a smaller one learns from: a folder or OWNER/NAME.",
            valueName: "model"))
    var teacher: String?

    @Option(help: "What the logits of teacher and student are divided by before they are compared.")
    var temperature = 2.0

    @Option(help: "The teacher's share in what is learned; the labels have the rest.")
    var teacherShare = 0.9

    var fraction: Double { validationFraction ?? 0.1 }

    func validate() throws {
        if validationData != nil, validationFraction != nil {
            throw ValidationError("--validation-data and --validation-fraction exclude each other.")
        }
        if data.isEmpty || validationData == "" { throw ValidationError("The name of a file must not be empty.") }
        try require("--validation-fraction", validationFraction, in: 0...0.9)
        try require("--label-smoothing", labelSmoothing, in: 0...0.9)
        try require("--dropout", dropout, in: 0...0.9)
        try require("--temperature", temperature, in: 0.01...1_000)
        try require("--teacher-share", teacherShare, in: 0...1)
        if teacher == "" { throw ValidationError("The name of a model must not be empty.") }
    }
}

/// What a model of texts learns.
enum TextTrainingKind: String, CaseIterable, ExpressibleByArgument {
    case classify, translate, fill, complete
}
