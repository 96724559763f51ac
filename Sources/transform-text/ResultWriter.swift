import TesseraCommands
import TesseraFiles

/// Writes results in the order of the texts.
struct ResultWriter {
    let format: TextFormat
    private let names: TextNames
    /// JSON's, which stand in one array: a run that is stopped midway leaves no half of one.
    private var objects: [String] = []

    init(_ format: TextFormat, names: TextNames = .text) { (self.format, self.names) = (format, names) }

    /// Takes a result.
    ///
    /// - Parameters:
    ///   - line: what stands for it as text.
    ///   - body: writes its members as JSON.
    /// - Returns: what is to be written at once.
    /// - Throws: `FileError` where JSON is to hold NaN or an infinity.
    mutating func text(
        for input: TextInput, line: () -> String, _ body: (inout JSONWriter) -> Void
    ) throws(FileError) -> String {
        guard format != .text else { return line().onOneLine + "\n" }
        var json = JSONWriter()
        json.object { json in
            if let messages = input.messages {
                json.array("messages") { json in
                    for message in messages {
                        json.object { json in
                            json.write(message.role, for: "role")
                            json.write(message.content, for: "content")
                        }
                    }
                }
            } else {
                json.write(input.text, for: names.text)
            }
            if let pair = input.pair { json.write(pair, for: names.pair) }
            body(&json)
        }
        let object = String(decoding: try json.finish(path: input.place), as: UTF8.self)
        guard format == .json else { return object + "\n" }
        objects.append(object)
        return ""
    }

    /// Writes what stands behind the last result.
    func finish() throws { if !objects.isEmpty { try StandardOutput.write(jsonArray(objects)) } }
}
