import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraTransformer

/// Goes on with each text: parses the arguments, lets `TextCompleter` work batch by batch, prints.
struct Complete: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Goes on with each text.",
        discussion: """
            Lines of --input may have "messages", of which the model's chat template makes a prompt. --max-length and --min-length count the tokens that are written, the end token included. On a terminal text appears as it is \
            written. With --max-length 0 --log-probabilities nothing is written, and each text is scored itself: its perplexity, and how \
            likely the model calls each token but the first.

            Examples:
              transform-text complete --model openai-community/gpt2 "The lighthouse keeper"
              transform-text complete --model Qwen/Qwen2.5-0.5B --temperature 0.8 --top-p 0.95 --seed 7 --file openings.txt
              transform-text complete --model gpt2 --max-length 0 --log-probabilities --format jsonl --file sentences.txt
            """)

    @OptionGroup var options: TextOptions

    @OptionGroup(title: "Generation") var generation: GenerationOptions

    @Option(
        help: ArgumentHelp(
            "Ends a completion before this text; may be given several times.", valueName: "text"))
    var stop: [String] = []

    @Flag(help: "With --max-length 0: scores the texts themselves.")
    var logProbabilities = false

    var runOptions: RunOptions { options.common.run }

    func validate() throws {
        guard options.maxLength != 0 || logProbabilities else {
            throw ValidationError(
                "With --max-length 0 nothing is written: --log-probabilities scores the texts themselves.")
        }
        guard !stop.contains("") else { throw ValidationError("A text for --stop must not be empty.") }
    }

    func run() throws {
        guard let completer = try options.load(TextCompleter.self, leastLength: 0) else { return }
        guard options.maxLength != 0 else { return try options.printScores(by: completer) }
        let settings = settings(completer)
        if options.format == .text, StandardOutput.isTerminal {
            try options.stream(by: completer, settings)
        } else {
            try options.printCompletions(by: completer, settings)
        }
    }

    /// What the folder says, changed by what is asked for.
    private func settings(_ completer: TextCompleter) -> GenerationSettings {
        var settings = generation.applied(to: completer.settings, maximumLength: nil)
        if let maximum = options.maxLength { settings.maximumNewTokens = maximum }
        if let minimum = generation.minLength {
            (settings.minimumNewTokens, settings.minimumLength) = (minimum, 0)
        }
        settings.stopTexts += stop
        return settings
    }
}
