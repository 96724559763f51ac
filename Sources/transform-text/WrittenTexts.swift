import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage

extension TextOptions {
    /// Lets a model write a text for each, batch by batch, and prints what it wrote.
    ///
    /// - Parameters:
    ///   - limit: how many tokens of a text are read.
    ///   - write: makes a text of each.
    func printTexts(limit: Int, _ write: ([String]) throws -> [GeneratedText]) throws {
        var writer = ResultWriter(format)
        var truncatedCount = 0
        let (failures, count) = try forEachBatch { texts in
            var output = ""
            for (text, result) in zip(texts, try write(texts.map(\.text))) {
                truncatedCount += result.isTruncated ? 1 : 0
                output += try writer.text(for: text) {
                    result.text
                } _: { json in
                    json.write(result.text, for: "output")
                    json.array("tokens") { json in for token in result.tokens { json.write(Int(token)) } }
                }
            }
            try StandardOutput.write(output)
        }
        try writer.finish()
        warn(truncatedCount, limit: limit)
        if !failures.isEmpty { throw ExitCode(inputCount: count, failures: failures) }
    }
}
