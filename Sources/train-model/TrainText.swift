import ArgumentParser
import TesseraCommands

/// Trains a model of texts.
struct TrainText: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Trains a model of texts: to classify, to translate or summarise, to fill masks, to complete.",
        discussion: """
            The texts are in a table with tabs between its columns and a row of their names, or in JSON Lines. What is learned follows \
            from the model's class, or from --task:
              classify   text and label, and for pairs of texts pair
              translate  source and target, and, where the model knows several languages, the one of the target under to
              fill       plain text, a text a line, of which words are masked
              complete   plain text, whose end validates

            Examples:
              train-model text --task classify --data reviews.tsv --from all-MiniLM-L6-v2 --output sentiment
              train-model text --task classify --data reviews.tsv --from bert-base-uncased --lora-rank 8 --output adapter
              train-model text --data reviews.tsv --config small-bert --teacher sentiment --output small-sentiment
              train-model text --data lines.txt --config distilbert --teacher bert-base-uncased --teacher-states 1 --output small
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

    func run() throws {
        let task = try texts.task ?? start.textTask()
        guard task == .classify || task == .fill || texts.teacher == nil else {
            throw ValidationError("--teacher is for --task classify and --task fill.")
        }
        guard task == .fill || texts.teacherStates == nil else {
            throw ValidationError("--teacher-states is for --task fill.")
        }
        guard task != .fill || texts.labelSmoothing == nil else {
            throw ValidationError("--label-smoothing is not for --task fill.")
        }
        let adaptation = try texts.adaptation(of: start)
        switch task {
        case .classify: try LabelledTextsTask(texts, start, adaptation, seed: training.seed).run(training)
        case .translate: try TextPairsTask(texts, start, adaptation, seed: training.seed).run(training)
        case .fill: try MaskedTextsTask(texts, start, adaptation, seed: training.seed).run(training)
        case .complete: try LanguageModelTask(texts, start, adaptation, seed: training.seed).run(training)
        }
    }
}
