import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraTransformer

/// Answers questions from texts: parses the arguments, lets `QuestionAnswerer` work batch by batch, prints.
struct Answer: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds the answers to questions in texts.",
        discussion: """
            Questions come as texts do, and --context or --context-file has the text that holds the answers; JSON Lines have both, under \
            "question" and "context". Texts that are longer than the model reads are read in windows that overlap. "start" and "end" \
            count Unicode scalars, as Python does.
            """)

    @OptionGroup var options: TextOptions

    @Option(help: "The text that holds the answers.")
    var context: String?

    @Option(help: ArgumentHelp("A file with the text that holds the answers.", valueName: "file"))
    var contextFile: String?

    @Option(help: "How many answers to each question to print.")
    var topK = 1

    @Option(help: "How many tokens an answer has at most.")
    var maxAnswerLength = 15

    @Option(help: "How many tokens a window shares with the one before (default: half of it, 128 at most).")
    var stride: Int?

    @OptionGroup var attention: AttentionOptions

    func validate() throws {
        try require("--top-k", topK, in: 1...1000)
        try require("--max-answer-length", maxAnswerLength, in: 1...1000)
        try require("--stride", stride, in: 0...100_000)
    }

    var runOptions: RunOptions { options.common.run }

    func run() throws {
        let contextCount = [context, contextFile].count { $0 != nil }
        guard contextCount == (options.input == nil ? 1 : 0) || options.common.listModels else {
            throw ValidationError(
                "The text comes from --context or --context-file, or with each question from --input.")
        }
        guard
            let answerer = try options.load(
                QuestionAnswerer.self, reading: [contextFile], writing: [attention.attentionMap])
        else { return }
        let shared = try context ?? contextFile.map(text(ofFile:))
        var writer = ResultWriter(options.format, names: .question)
        let (failures, count) = try options.forEachBatch(names: .question, limit: attention.textLimit) { questions in
            let questions = questions.map { TextInput(text: $0.text, pair: $0.pair ?? shared, place: $0.place) }
            let results = try answerer.answer(
                questions.map { Question($0.text, context: $0.pair ?? "") }, topK: topK, answerLimit: maxAnswerLength,
                stride: stride, tokenLimit: options.maxLength)
            try attention.draw(questions[0].text) {
                try answerer.attention(
                    of: questions[0].text, pair: questions[0].pair, tokenLimit: options.maxLength)
            }
            var output = ""
            for (question, result) in zip(questions, results) {
                output += try writer.text(for: question) {
                    result.answers.map { "\($0.answer) \(percent($0.score))" }.joined(separator: ", ")
                } _: { json in
                    json.array("answers") { json in
                        for answer in result.answers { json.object { write(answer, to: &$0) } }
                    }
                }
            }
            try StandardOutput.write(output)
        }
        try writer.finish()
        if !failures.isEmpty { throw ExitCode(inputCount: count, failures: failures) }
    }

    private func text(ofFile path: String) throws -> String {
        let bytes = try InputFile(path).contents(limit: 1 << 30)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(.badData, path: path, cause: "is not UTF-8")
        }
        return text
    }

    private func write(_ answer: TesseraLanguage.Answer, to json: inout JSONWriter) {
        json.write(answer.answer, for: "answer")
        json.write(answer.score, for: "score")
        json.write(answer.range.lowerBound, for: "start")
        json.write(answer.range.upperBound, for: "end")
    }
}
