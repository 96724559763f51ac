import ArgumentParser
import TesseraCommands
import TesseraLanguage

/// Summarises each text: parses the arguments, lets `Summarizer` work batch by batch, prints.
struct Summarize: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says in few words what each text says in many.",
        discussion: """
            --min-length and --max-length count the tokens that are written, the one that the decoder begins with included.

            Examples:
              transform-text summarize --model facebook/bart-large-cnn --file articles.txt
              transform-text summarize --model google-t5/t5-small --max-length 40 --input articles.jsonl --format jsonl
            """)

    @OptionGroup var options: TextOptions

    @OptionGroup(title: "Generation") var generation: GenerationOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard let summarizer = try options.load(Summarizer.self) else { return }
        let settings = generation.applied(to: summarizer.settings, maximumLength: options.maxLength)
        try options.printTexts(limit: summarizer.tokenLimit) { try summarizer.summarize($0, settings: settings) }
    }
}
