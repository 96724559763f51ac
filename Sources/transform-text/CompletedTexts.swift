import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraTransformer

extension TextOptions {
    /// Completes texts batch by batch, and prints what was written behind each.
    func printCompletions(by completer: TextCompleter, _ settings: GenerationSettings) throws {
        var done = 0
        try printResults(names: .prompt) { input throws(FileError) in
            try completer.prompt(for: input)
        } compute: { prompts in
            defer { done += prompts.count }
            return try completer.complete(prompts, settings: settings, countingFrom: done)
        } line: {
            $0.output
        } json: { completion, json in
            json.write(completion.output, for: "output")
            json.array("tokens") { json in for token in completion.tokens { json.write(token) } }
            json.array("log_probabilities") { json in for value in completion.logProbabilities { json.write(value) } }
            json.write(completion.finish.rawValue, for: "finish")
        }
    }

    /// Prints what is written behind each text as it comes.
    func stream(by completer: TextCompleter, _ settings: GenerationSettings) throws {
        var done = 0
        try printResults(names: .prompt) { input throws(FileError) in
            try completer.prompt(for: input)
        } compute: { prompts in
            for prompt in prompts {
                _ = try completer.complete(prompt, settings: settings, number: done) {
                    try StandardOutput.write($0.forTerminals)
                }
                try StandardOutput.write("\n")
                done += 1
            }
            return [Never]()
        }
    }

    /// Prints how likely the model calls each text.
    func printScores(by completer: TextCompleter) throws {
        try printResults(names: .prompt) { input throws(FileError) in
            guard input.messages == nil else {
                throw FileError(.badData, path: input.place, cause: "messages are gone on with, and not scored")
            }
            return input.text
        } compute: {
            try completer.scores(of: $0)
        } line: {
            $0.perplexity.map { "\($0)" } ?? "-"
        } json: { score, json in
            json.array("tokens") { json in for token in score.tokens { json.write(token) } }
            json.array("log_probabilities") { json in for value in score.logProbabilities { json.write(value) } }
            guard let perplexity = score.perplexity else { return json.writeNull(for: "perplexity") }
            json.write(perplexity, for: "perplexity")
        }
    }

}

extension TextCompleter {
    fileprivate func prompt(for input: TextInput) throws(FileError) -> CompletionPrompt {
        if let messages = input.messages { return try prompt(messages) }
        return try prompt(input.text)
    }
}

extension String {
    /// The text without what could command a terminal.
    fileprivate var forTerminals: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.filter {
                    $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) || $0 == "\n" || $0 == "\t"
                }))
    }
}
