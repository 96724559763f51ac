import TesseraCommands
import TesseraFiles
import TesseraSpeech

/// Writes what becomes known while somebody speaks: words as they are certain, and a line for each utterance, or JSON Lines. On a
/// terminal what is not certain stands behind them, dim, until more is known.
struct LiveOutput {
    private let isJSON: Bool
    private let isTerminal = StandardOutput.isTerminal
    /// Characters of the line that is being written.
    private var lineLength = 0

    init(asJSON isJSON: Bool) { self.isJSON = isJSON }

    mutating func write(_ update: LiveUpdate) throws {
        guard !isJSON else { return try StandardOutput.write(update.json() + "\n") }
        switch update {
        case .speechStarted, .speechStopped: break
        case .committed(let words):
            let text = added(words)
            lineLength += text.count
            try StandardOutput.write(clearing + text)
        case .tentative(let words):
            guard isTerminal else { return }
            try StandardOutput.write(clearing + Terminal.aside(String(added(words).prefix(room))))
        case .utterance:
            lineLength = 0
            try StandardOutput.write(clearing + "\n")
        }
    }

    /// Takes away what was not certain.
    private var clearing: String { isTerminal ? Terminal.clearRest : "" }

    /// Columns that are free on the line of the screen that is being written.
    private var room: Int {
        let columns = max(2, StandardOutput.columns)
        return columns - 1 - lineLength % columns
    }

    /// Words as they stand behind those before, on one line.
    private func added(_ words: [TranscribedWord]) -> String {
        let text = words.map(\.word).joined().map { $0.isNewline || $0.isControl ? " " : String($0) }.joined()
        return lineLength == 0 ? String(text.drop { $0 == " " }) : text
    }
}

extension Character {
    fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}

/// What a terminal does with the line that is being written (ECMA-48).
private enum Terminal {
    static let clearRest = "\u{1B}[K"

    /// Shows text dim, and goes back to where it begins.
    static func aside(_ text: String) -> String { "\u{1B}7\u{1B}[2m\(text)\u{1B}[0m\u{1B}8" }
}
