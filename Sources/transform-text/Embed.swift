import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraTensor

/// Makes a vector of each text: parses the arguments, lets `SentenceEmbedder` work batch by batch, prints or writes.
struct Embed: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a vector of each text, near to those of texts that mean the same.",
        discussion: """
            The vectors are printed, a line a text or as JSON, or written: --output gets the tensor "embeddings" [texts, size], in the \
            order of the texts.
            """)

    @OptionGroup var options: TextOptions

    @Option(help: ArgumentHelp("Write the vectors to this file, and print nothing.", valueName: "out.safetensors"))
    var output: String?

    @OptionGroup var attention: AttentionOptions

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        guard
            let embedder = try options.load(
                SentenceEmbedder.self, shipped: .sentiment, writing: [output, attention.attentionMap])
        else { return }
        var writer = ResultWriter(options.format)
        var values: [Float] = []
        var truncatedCount = 0
        let (failures, count) = try options.forEachBatch(limit: attention.textLimit) { texts in
            let result = try embedder.embed(texts.map(\.text), tokenLimit: options.maxLength)
            truncatedCount += result.truncated.count { $0 }
            try attention.draw(texts[0].text) {
                try embedder.attention(of: texts[0].text, pair: nil, tokenLimit: options.maxLength)
            }
            guard output == nil else {
                values += result.embeddings.values
                return
            }
            var text = ""
            for (row, input) in texts.enumerated() {
                let vector = result.embeddings.rows(row..<row + 1).values
                text += try writer.text(for: input) {
                    vector.map(\.description).joined(separator: " ")
                } _: { json in
                    json.array("embedding") { json in for value in vector { json.write(value) } }
                }
            }
            try StandardOutput.write(text)
        }
        try writer.finish()
        if let output {
            let embeddings = Tensor(shape: [values.count / embedder.size, embedder.size], values)
            try Safetensors.write([("embeddings", embeddings)], metadata: [], to: output)
        }
        options.warn(truncatedCount, limit: options.maxLength ?? embedder.tokenLimit)
        if !failures.isEmpty { throw ExitCode(inputCount: count, failures: failures) }
    }
}
