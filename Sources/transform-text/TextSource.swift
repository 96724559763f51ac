import TesseraFiles
import TesseraText

/// A text, or a pair, and where it comes from.
struct TextInput {
    let text: String
    var pair: String?
    /// A conversation in a text's place.
    var messages: [ChatMessage]?
    /// `line 3 of reviews.txt`
    let place: String
}

/// What the members of a line of JSON, and of a result, are called that hold a text and what belongs to it.
struct TextNames {
    let text, pair: String
    /// Whether a line without the second is an error.
    let needsPair: Bool
    /// Whether a conversation may stand in a text's place.
    var takesMessages = false

    static let text = TextNames(text: "text", pair: "pair", needsPair: false)
    static let prompt = TextNames(text: "text", pair: "pair", needsPair: false, takesMessages: true)
    static let question = TextNames(text: "question", pair: "context", needsPair: true)
}

/// The texts that a command is given, one after the other.
struct TextSource {
    private enum Origin {
        case arguments(ArraySlice<String>)
        case lines(LineReader, path: String, areJSON: Bool)
    }

    private var origin: Origin
    private let names: TextNames
    private var number = 0

    /// - Throws: `FileError` when a file cannot be opened.
    init(_ options: TextOptions, _ names: TextNames) throws(FileError) {
        self.names = names
        guard let path = options.file ?? options.input else {
            origin = .arguments(options.texts[...])
            return
        }
        let reader = try path == "-" ? LineReader() : LineReader(InputFile(path))
        origin = .lines(reader, path: path == "-" ? "standard input" : path, areJSON: options.input != nil)
    }

    /// Whether the next text need not be waited for.
    var isReady: Bool { if case .lines(let reader, _, _) = origin { reader.isReady } else { true } }

    /// The next text, or why its line holds none; nil behind the last. Of JSON Lines empty ones are passed over.
    ///
    /// - Throws: `FileError` when reading fails.
    mutating func next() throws(FileError) -> Result<TextInput, FileError>? {
        switch origin {
        case .arguments(var texts):
            guard let text = texts.popFirst() else { return nil }
            origin = .arguments(texts)
            number += 1
            return .success(TextInput(text: text, place: "text \(number)"))
        case .lines(let reader, let path, let areJSON):
            while let line = try reader.next() {
                number += 1
                var bytes = line.bytes[...]
                if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
                if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
                if areJSON, bytes.allSatisfy({ $0 <= 0x20 }) { continue }
                return Result { () throws(FileError) in
                    try TextInput(Array(bytes), path, line: number, names: areJSON ? names : nil)
                }
            }
            return nil
        }
    }
}

extension TextInput {
    /// What a line holds.
    ///
    /// - Throws: `FileError` naming the line.
    fileprivate init(_ bytes: [UInt8], _ path: String, line: Int, names: TextNames?) throws(FileError) {
        place = "line \(line) of \(path)"
        guard let names else {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw FileError(.badData, path: path, cause: "is not UTF-8", place: "line \(line)")
            }
            self.text = text
            return
        }
        do throws(FileError) {
            let object = try JSONObject(bytes: bytes, path: path)
            if names.takesMessages, object.contains("messages") {
                text = ""
                var messages: [ChatMessage] = []
                for message in try object.objects("messages") {
                    messages.append(
                        ChatMessage(role: try message.string("role"), content: try message.string("content")))
                }
                self.messages = messages
                return
            }
            text = try object.string(names.text)
            if names.needsPair || object.contains(names.pair) { pair = try object.string(names.pair) }
        } catch {
            throw error.inLine(line)
        }
    }
}
