import ArgumentParser
import TesseraFiles
import TesseraText

@main
struct TokenizerBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer-benchmark",
        abstract: "How long a tokenizer takes to encode texts.",
        discussion: """
            compare_tokenizers.py runs it beside `tokenizers`.

              tokenizer-benchmark gpt2 lines.txt --runs 5
            """)

    @Argument(help: "The folder of a model.") var folder: String
    @Argument(help: "Texts, a line each.") var texts: String
    @Option(help: "Timed runs.") var runs = 5
    @Flag(help: "Prints the ids of each line instead.") var ids = false

    func run() throws {
        let tokenizer = try ModelFolder(folder).textTokenizer()
        let bytes = try InputFile(texts).contents(limit: 1 << 30)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
        guard !ids else {
            for line in lines {
                print((tokenizer.encode(line)?.ids ?? []).map(String.init).joined(separator: " "))
            }
            return
        }
        for _ in 0..<runs {
            var count = 0
            let time = ContinuousClock().measure {
                for line in lines { count += tokenizer.encode(line)?.count ?? 0 }
            }
            print("\(count) tokens \(time / .milliseconds(1)) ms")
        }
    }
}
