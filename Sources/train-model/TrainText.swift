import ArgumentParser
import TesseraCommands

/// Trains a model of texts.
struct TrainText: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Trains a model of texts: to translate or to summarise.",
        discussion: """
            The texts are in a table with tabs between its columns and a row of their names, or in JSON Lines: source and target, \
            and, where the model knows several languages, the one of the target under "to".

            Examples:
              train-model text --data letters.tsv --from Helsinki-NLP/opus-mt-de-en --output letters-de-en
              train-model text --data pairs.jsonl --config new-translator --dropout 0.3 --output translator
              transform-text translate --model letters-de-en "Sehr geehrte Damen und Herren"

            A new model takes all its files but the weights from the folder that --config names: config.json, \
            generation_config.json and the tokenizer's.

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that transform-text and transformers load; metrics.jsonl in it has the loss of every step.
            """)

    @OptionGroup(title: "Texts") var texts: TextTrainingOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws { try TextPairsTask(texts, start, seed: training.seed).run(training) }
}

/// The options about the texts.
struct TextTrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The texts: a table with tabs between its columns, or JSON Lines.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("Texts to validate with, instead of a part of --data.", valueName: "file"))
    var validationData: String?

    @Option(help: "The part of the texts that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(help: "The share of each target that is spread over the vocabulary.")
    var labelSmoothing = 0.1

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.1

    var fraction: Double { validationFraction ?? 0.1 }

    func validate() throws {
        if validationData != nil, validationFraction != nil {
            throw ValidationError("--validation-data and --validation-fraction exclude each other.")
        }
        if data.isEmpty || validationData == "" { throw ValidationError("The name of a file must not be empty.") }
        try require("--validation-fraction", validationFraction, in: 0...0.9)
        try require("--label-smoothing", labelSmoothing, in: 0...0.9)
        try require("--dropout", dropout, in: 0...0.9)
    }
}
