import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraTransformer

/// Says what may stand in masked places: parses the arguments, lets `MaskedWordFiller` work batch by batch, prints.
struct Fill: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what may stand where a text has a mask, [MASK] for most models.",
        discussion:
            "A text may have several masks; one without any is an error. As text, a line is printed for each mask.")

    @OptionGroup var options: TextOptions

    @Option(help: "How many words to print for each mask.")
    var topK = 5

    func validate() throws { try require("--top-k", topK, in: 1...) }

    @OptionGroup var attention: AttentionOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard let filler = try options.load(MaskedWordFiller.self, writing: [attention.attentionMap]) else { return }
        var writer = ResultWriter(options.format)
        var truncatedCount = 0
        var failures: [FileError] = []
        let read = try options.forEachBatch(limit: attention.textLimit) { texts in
            try attention.draw(texts[0].text) {
                try filler.attention(of: texts[0].text, pair: nil, tokenLimit: options.maxLength)
            }
            var output = ""
            for (text, result) in zip(
                texts, try filler.fill(texts.map(\.text), topK: topK, tokenLimit: options.maxLength))
            {
                truncatedCount += result.isTruncated ? 1 : 0
                guard !result.masks.isEmpty else {
                    let error = FileError(.badData, path: text.place, cause: "has no \(filler.mask)")
                    StandardError.report(error)
                    failures.append(error)
                    continue
                }
                output += try writer.text(for: text) {
                    result.masks.map { words in
                        words.map { "\($0.token) \(percent($0.score))" }.joined(separator: ", ")
                    }.joined(separator: "; ") + "  " + text.text
                } _: {
                    write(result, to: &$0)
                }
            }
            try StandardOutput.write(output)
        }
        try writer.finish()
        options.warn(truncatedCount, limit: options.maxLength ?? filler.tokenLimit)
        failures += read.failures
        if !failures.isEmpty { throw ExitCode(inputCount: read.count, failures: failures) }
    }

    private func write(_ result: FilledText, to json: inout JSONWriter) {
        json.array("masks") { json in
            for words in result.masks {
                json.array { json in
                    for word in words {
                        json.object { json in
                            json.write(word.token, for: "token")
                            json.write(word.id, for: "id")
                            json.write(word.score, for: "score")
                        }
                    }
                }
            }
        }
    }
}
