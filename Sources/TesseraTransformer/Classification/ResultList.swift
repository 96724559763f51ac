package import TesseraFiles

/// What is found in inputs, one after the other, in one of the formats: what the writers of products have in common.
package struct ResultList: Sendable {
    private let format: PredictionFormat
    private let nameWidth: Int
    /// JSON's, which stand in one array.
    private var objects: [String] = []
    private var isEmpty = true

    /// - Parameter names: every input that may come, to align the text by.
    package init(_ format: PredictionFormat, names: [String]) {
        self.format = format
        nameWidth = format == .text ? min(48, names.map(\.count).max() ?? 0) : 0
    }

    /// What is to be written as soon as an input is done, with its last line end: nothing of JSON's array, so that a program which is
    /// stopped midway leaves no half of one.
    ///
    /// - Parameters:
    ///   - name: the input's.
    ///   - key: the member that names it.
    ///   - lines: text, behind the name with spaces up to the width of all.
    ///   - header: the table's columns.
    ///   - rows: the table's rows.
    ///   - members: writes the object's other members.
    /// - Throws: `FileError` when JSON is to hold a number that is NaN or infinite.
    package mutating func text(
        for name: String, key: String, lines: (String) -> String, header: [String], rows: () -> String,
        members: (inout JSONWriter) -> Void
    ) throws(FileError) -> String {
        defer { isEmpty = false }
        switch format {
        case .text: return lines(name.padded(to: nameWidth))
        case .csv: return (isEmpty ? commaSeparatedLine(header) : "") + rows()
        case .jsonl: return try object(name, key, members) + "\n"
        case .json:
            objects.append(try object(name, key, members))
            return ""
        }
    }

    /// What is to be written behind the last input; nothing when there was none.
    package func finish() -> String { objects.isEmpty ? "" : jsonArray(objects) }

    private func object(
        _ name: String, _ key: String, _ members: (inout JSONWriter) -> Void
    ) throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: key)
            members(&json)
        }
        return String(decoding: try json.finish(path: name), as: UTF8.self)
    }
}
