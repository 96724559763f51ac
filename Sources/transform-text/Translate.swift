import ArgumentParser
import TesseraCommands
import TesseraLanguage

/// Translates each text: parses the arguments, lets `Translator` work batch by batch, prints.
struct Translate: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Translates each text.",
        discussion: """
            A model that knows several languages is told which to write with --to, and some which they read with --from, by the codes \
            that the model has for them. --max-length counts the tokens that are written, the one that the decoder begins with included.

            Examples:
              transform-text translate --model Helsinki-NLP/opus-mt-de-en "Ein Zug fährt über die Brücke."
              transform-text translate --model opus-mt-en-ROMANCE --to fra --file letters.txt > lettres.txt
              transform-text translate --model google-t5/t5-small --from en --to de "The river runs."
            """)

    @OptionGroup var options: TextOptions

    @Option(help: "The language of the texts.")
    var from: String?

    @Option(help: "The language to write.")
    var to: String?

    @OptionGroup(title: "Generation") var generation: GenerationOptions

    @OptionGroup var attention: AttentionOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard
            let translator = try options.load(Translator.self, shipped: .translator, writing: [attention.attentionMap])
        else { return }
        let settings = generation.applied(
            to: try translator.settings(from: from, to: to), maximumLength: options.maxLength)
        var mayWarn = to == nil
        try options.printTexts(limit: translator.tokenLimit, textLimit: attention.textLimit) { texts in
            if mayWarn, texts.contains(where: translator.leavesLanguageOpen) {
                warnOfLanguages(translator.targetLanguages)
                mayWarn = false
            }
            let written = try translator.translate(texts, from: from, to: to, settings: settings)
            try attention.draw(written[0].text) {
                try translator.attention(of: written[0], reading: texts[0], from: from, to: to)
            }
            return written
        }
    }

    private func warnOfLanguages(_ languages: [String]) {
        let named = languages.prefix(8).joined(separator: ", ") + (languages.count > 8 ? ", …" : "")
        options.common.run.warn("--to does not say which language to write: the model knows \(named)")
    }
}
