import TestSupport
import Testing
import classify_audio
import classify_image
import forecast_series
import segment_image
import train_model
import transcribe_audio
import transform_text

/// A command, by what it says to arguments before any work.
struct ParsedCommand: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let outcome: @Sendable (_ arguments: [String]) -> (code: Int32, text: String)

    static let all = [
        ParsedCommand("classify-image", classifyImageOutcome),
        ParsedCommand("segment-image", segmentImageOutcome),
        ParsedCommand("transcribe-audio", transcribeAudioOutcome),
        ParsedCommand("classify-audio", classifyAudioOutcome),
        ParsedCommand("forecast-series", forecastSeriesOutcome), ParsedCommand("transform-text", transformTextOutcome),
        ParsedCommand("train-model", trainModelOutcome),
    ]

    private init(_ name: String, _ outcome: @escaping @Sendable ([String]) -> (code: Int32, text: String)) {
        (testDescription, self.outcome) = (name, outcome)
    }

    /// The words that its `--help`, or that of a subcommand, names options with.
    func options(_ subcommand: [String]) throws -> [String] {
        try RunningCommand(testDescription, subcommand + ["--help"]).outcome().output
            .split { !($0 == "-" || $0.isLetter) }
            .filter { $0.hasPrefix("-") && $0.contains(where: \.isLetter) }.map(String.init)
    }

    var subcommands: [[String]] {
        switch testDescription {
        case "train-model": [[], ["image"], ["speech"], ["series"]]
        case "transform-text": [[], ["classify"], ["tag"], ["fill"], ["answer"], ["embed"]]
        default: [[]]
        }
    }
}

/// Command lines of options that are there, in any order and number, with values that are not.
struct CommandLines {
    private static let values = [
        "", "0", "-1", "1", "7", "0.5", "-0.5", "1e400", "nan", "inf", "9223372036854775807", "9223372036854775808",
        "18446744073709551616", "-9223372036854775808", "0/1", "1/0", "3/2", "-1/-1", "0/9223372036854775807",
        "0.1,0.9",
        "0.9,0.1", ",", ",,", "json", "csv", "txt", "f32", "bf16", "int8", "auto", "de", "h", "15min", "W-SUN", "-",
        "--",
        "---", "=", "a=b", "/", "..", "a.png", "\u{FEFF}", "e\u{301}", "🙂", "\n", "\u{202E}", "'", "\"", "image",
        "help",
        String(repeating: "9", count: 400), String(repeating: "x", count: 70_000),
    ]
    private let options: [String]
    private var random: SplitMix

    init(_ options: [String], seed: UInt64) { (self.options, random) = (options, SplitMix(state: seed)) }

    mutating func next() -> [String] {
        (0..<Int.random(in: 0...8, using: &random)).flatMap { _ -> [String] in
            let option = options.randomElement(using: &random)!
            let value = value()
            switch Int.random(in: 0..<6, using: &random) {
            case 0: return [option]
            case 1: return [value]
            case 2: return [option + "=" + value]
            case 3: return [damaged(option), value]
            default: return [option, value]
            }
        }
    }

    private mutating func value() -> String {
        let value = CommandLines.values.randomElement(using: &random)!
        return value.utf8.count < 100 && Int.random(in: 0..<4, using: &random) == 0 ? damaged(value) : value
    }

    /// As launch refuses what is not UTF-8, the rest of the damage is repaired.
    private mutating func damaged(_ text: String) -> String {
        String(decoding: random.damaged(Array(text.utf8)).filter { $0 != 0 }, as: UTF8.self)
    }
}

@Suite struct CommandLineTests {
    @Test("The options are found", arguments: ParsedCommand.all)
    func options(command: ParsedCommand) throws {
        for subcommand in command.subcommands { #expect(try command.options(subcommand).contains("--help")) }
        #expect(try command.options(command.subcommands.last!).count > 10)
    }

    @Test func everyCommandLineIsAcceptedOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for command in ParsedCommand.all {
                var codes = Set<Int32>()
                for subcommand in command.subcommands {
                    var lines = CommandLines(try command.options(subcommand), seed: 1)
                    for _ in 0..<500 * DamageSweep.rounds {
                        let line = lines.next()
                        let (outcome, time) = timed { command.outcome(subcommand + line) }
                        codes.insert(outcome.code)
                        #expect([0, 64].contains(outcome.code) && time < .seconds(2), "\(line)")
                        #expect(outcome.code == 0 || !outcome.text.isEmpty, "\(line)")
                    }
                }
                #expect(codes == [0, 64], "\(command.testDescription)")
            }
        }
    }
}
