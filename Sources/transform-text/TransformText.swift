import ArgumentParser
import TesseraCommands

/// Classifies texts, finds entities and answers in them, fills masks, makes vectors, translates and summarises: one subcommand for each.
@main
struct TransformText: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transform-text",
        abstract:
            "Classifies texts, finds names and answers in them, fills masks, makes vectors, translates, summarises and goes on with them.",
        discussion: """
            Examples:
              transform-text classify --model owner/name "A quiet, beautiful film"
              transform-text classify --model sentiment --file reviews.txt --format jsonl > judged.jsonl
              transform-text embed --model sentence-transformers/all-MiniLM-L6-v2 --file titles.txt --output titles.safetensors
              transform-text translate --model Helsinki-NLP/opus-mt-de-en --file letters.txt
              transform-text complete --model openai-community/gpt2 "The lighthouse keeper"
              tail -f log | transform-text classify --model topics --file -

            Exit codes: 0 done, 1 some texts failed and the others are done, 64 usage, 65 damaged or unsupported contents, \
            66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion,
        subcommands: [
            Classify.self, Tag.self, Fill.self, Answer.self, Embed.self, Translate.self, Summarize.self, Complete.self,
        ])

    static func main() { launch() }

    func run() throws {
        throw ValidationError(
            "Say what to do with the texts: classify, tag, fill, answer, embed, translate, summarize or complete.")
    }
}
