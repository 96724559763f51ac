import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage

extension TextOptions {
    /// Lets a model write a text for each, batch by batch, and prints what it wrote.
    ///
    /// - Parameters:
    ///   - limit: how many tokens of a text are read.
    ///   - textLimit: how many texts there may be.
    ///   - write: makes a text of each.
    func printTexts(
        limit: Int, textLimit: Int?, _ write: ([String]) throws -> [GeneratedText]
    ) throws {
        var truncatedCount = 0
        try printResults(names: .text, textLimit: textLimit) {
            $0.text
        } compute: { texts in
            let results = try write(texts)
            truncatedCount += results.count(where: \.isTruncated)
            return results
        } line: {
            $0.text
        } json: { result, json in
            json.write(result.text, for: "output")
            json.array("tokens") { json in for token in result.tokens { json.write(Int(token)) } }
        } behind: {
            warn(truncatedCount, limit: limit)
        }
    }

    /// Prints what is made of each text, batch by batch; those that cannot be prepared are named, and the others done.
    ///
    /// - Parameters:
    ///   - textLimit: how many texts there may be.
    ///   - finish: called when all is printed.
    func printResults<Prompt, Result>(
        names: TextNames, textLimit: Int? = nil, _ prepare: (TextInput) throws(FileError) -> Prompt,
        compute: ([Prompt]) throws -> [Result], line: (Result) -> String = { _ in "" },
        json: (Result, inout JSONWriter) -> Void = { _, _ in }, behind finish: () -> Void = {}
    ) throws {
        var writer = ResultWriter(format)
        var failures: [FileError] = []
        let read = try forEachBatch(names: names, limit: textLimit) { texts in
            var sound: [(input: TextInput, prompt: Prompt)] = []
            for input in texts {
                do throws(FileError) {
                    sound.append((input, try prepare(input)))
                } catch {
                    failures.append(FileError(error.kind, path: input.place, cause: error.cause))
                    StandardError.report(failures[failures.count - 1])
                }
            }
            var output = ""
            for (sound, result) in zip(sound, try compute(sound.map(\.prompt))) {
                output += try writer.text(for: sound.input) {
                    line(result)
                } _: {
                    json(result, &$0)
                }
            }
            try StandardOutput.write(output)
        }
        try writer.finish()
        finish()
        failures += read.failures
        if !failures.isEmpty { throw ExitCode(inputCount: read.count, failures: failures) }
    }
}
