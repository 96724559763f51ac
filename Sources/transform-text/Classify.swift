import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraTransformer

/// Says what kind each text is of: parses the arguments, lets `TextClassifier` work batch by batch, prints.
struct Classify: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what kind each text is of: its sentiment, its topic, whether it follows from another.",
        discussion: """
            JSON Lines may have a second text under "pair", for models that judge pairs. Texts that are longer than the model reads \
            lose their ends, which is said once.
            """)

    @OptionGroup var options: TextOptions

    @Option(help: "How many labels of each text to print.")
    var topK = 5

    func validate() throws { try require("--top-k", topK, in: 1...) }

    @OptionGroup var attention: AttentionOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard
            let classifier = try options.load(
                TextClassifier.self, shipped: .sentiment, writing: [attention.attentionMap])
        else { return }
        var truncatedCount = 0
        try options.printResults(names: .text, textLimit: attention.textLimit) {
            $0
        } compute: { texts in
            let results = try classifier.classify(
                texts.map(\.text), pairs: texts.map(\.pair), topK: topK, tokenLimit: options.maxLength)
            truncatedCount += results.count(where: \.isTruncated)
            try attention.draw(results[0].predictions.first.map { "\($0.label)  \(percent($0.score))" } ?? "") {
                try classifier.attention(of: texts[0].text, pair: texts[0].pair, tokenLimit: options.maxLength)
            }
            return Array(zip(texts, results))
        } line: { text, result in
            result.predictions.map { "\($0.label) \(percent($0.score))" }.joined(separator: ", ") + "  " + text.text
        } json: { result, json in
            result.1.predictions.write(to: &json)
        } behind: {
            options.warn(truncatedCount, limit: options.maxLength ?? classifier.tokenLimit)
        }
    }
}

extension TextOptions {
    /// Says how many texts lost their ends.
    func warn(_ truncatedCount: Int, limit: Int) {
        guard truncatedCount > 0 else { return }
        let texts = truncatedCount == 1 ? "1 text was" : "\(truncatedCount) texts were"
        common.run.warn("\(texts) longer than \(limit) tokens: what stands behind counted for nothing")
    }
}
