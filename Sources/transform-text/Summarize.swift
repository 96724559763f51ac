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

    @OptionGroup var attention: AttentionOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard let summarizer = try options.load(Summarizer.self, writing: [attention.attentionMap]) else { return }
        let settings = generation.applied(to: summarizer.settings, maximumLength: options.maxLength)
        try options.printTexts(limit: summarizer.tokenLimit, textLimit: attention.textLimit) { texts in
            let written = try summarizer.summarize(texts, settings: settings)
            try attention.draw(written[0].text) { try summarizer.attention(of: written[0], reading: texts[0]) }
            return written
        }
    }
}
