public import ArgumentParser
import TesseraCommands
import TesseraFiles
public import TesseraLanguage
import TesseraTransformer

extension EntityGrouping: ExpressibleByArgument {}

/// Finds entities in texts: parses the arguments, lets `TextTagger` work batch by batch, prints.
struct Tag: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds names and other entities in texts.",
        discussion: """
            Texts that are longer than the model reads are read in windows that overlap; of entities that overlap the longest counts. \
            "start" and "end" count Unicode scalars, as Python does.
            """)

    @OptionGroup var options: TextOptions

    @Option(
        help: ArgumentHelp(
            "How tokens become entities: none, simple, first, average or max, as transformers' aggregation_strategy.",
            valueName: "grouping"))
    var grouping = EntityGrouping.simple

    @Option(help: "How many tokens a window shares with the one before (default: a quarter of it).")
    var stride: Int?

    func validate() throws { try require("--stride", stride, in: 0...100_000) }

    @OptionGroup var attention: AttentionOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard let tagger = try options.load(TextTagger.self, writing: [attention.attentionMap]) else { return }
        try options.printResults(names: .text, textLimit: attention.textLimit) {
            $0
        } compute: { texts in
            let results = try tagger.tag(
                texts.map(\.text), grouping: grouping, stride: stride, tokenLimit: options.maxLength)
            try attention.draw(texts[0].text) {
                try tagger.attention(of: texts[0].text, pair: nil, tokenLimit: options.maxLength)
            }
            return Array(zip(texts, results))
        } line: { text, entities in
            entities.map { "\($0.text) \($0.label) \(percent($0.score))" }.joined(separator: ", ") + "  " + text.text
        } json: { result, json in
            json.array("entities") { json in for entity in result.1 { json.object { write(entity, to: &$0) } } }
        }
    }

    private func write(_ entity: Entity, to json: inout JSONWriter) {
        json.write(entity.label, for: "label")
        json.write(entity.score, for: "score")
        json.write(entity.range.lowerBound, for: "start")
        json.write(entity.range.upperBound, for: "end")
        json.write(entity.text, for: "text")
    }
}
