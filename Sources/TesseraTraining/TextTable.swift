public import TesseraFiles

/// Texts to train on, in one of two forms that are told apart by their content.
///
/// JSON Lines, an object a line, or a table with tabs between the columns and a row of their names:
/// ```
/// {"text": "A quiet, beautiful film", "label": "positive"}
/// label       text
/// positive    A quiet, beautiful film
/// ```
public struct TextTable: Sendable {
    /// A line's texts by their names.
    public struct Row: Sendable {
        /// `line 3 of reviews.tsv`
        public let place: String
        let values: [(name: String, value: String)]

        /// The first of these names that the line has a text for.
        public func text(_ names: [String]) -> String? {
            for name in names { if let found = values.first(where: { $0.name == name }) { return found.value } }
            return nil
        }
    }

    /// The file as the user named it.
    public let path: String
    /// In the order of the lines.
    public let rows: [Row]

    /// Larger files than this are refused.
    public static let byteLimit = 1 << 30

    /// Reads a file.
    ///
    /// - Throws: `FileError` naming the line that is damaged, or where there are none.
    public init(_ path: String) throws(FileError) {
        try self.init(bytes: try InputFile(path).contents(limit: Self.byteLimit), path: path)
    }

    /// A table in memory; `path` is named in errors.
    public init(bytes: [UInt8], path: String) throws(FileError) {
        var lines: [(number: Int, text: String)] = []
        for (number, line) in numberedLines(bytes) {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw FileError(.badData, path: path, cause: "is not UTF-8", place: "line \(number)")
            }
            lines.append((number, text))
        }
        self.path = path
        let isJSON = lines.first?.text.first { $0 != " " } == "{"
        rows = try isJSON ? Self.objects(lines, path) : Self.table(lines, path)
        guard !rows.isEmpty else { throw FileError(.badData, path: path, cause: "holds no texts") }
    }

    private static func objects(_ lines: [(number: Int, text: String)], _ path: String) throws(FileError) -> [Row] {
        var rows: [Row] = []
        for line in lines {
            do throws(FileError) {
                let object = try JSONObject(bytes: Array(line.text.utf8), path: path)
                let values = object.members.compactMap { member -> (name: String, value: String)? in
                    switch member.value {
                    case .string(let text): (member.name, text)
                    case .number(let number): (member.name, number.description)
                    case .boolean(let boolean): (member.name, "\(boolean)")
                    case .null, .array, .object: nil
                    }
                }
                rows.append(Row(place: "line \(line.number) of \(path)", values: values))
            } catch {
                throw error.inLine(line.number)
            }
        }
        return rows
    }

    private static func table(_ lines: [(number: Int, text: String)], _ path: String) throws(FileError) -> [Row] {
        func cells(_ line: String) -> [String] {
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let first = lines.first else { return [] }
        let names = cells(first.text).map { $0.lowercased() }
        var rows: [Row] = []
        for line in lines.dropFirst() {
            let cells = cells(line.text)
            guard cells.count == names.count else {
                let cause =
                    "has \(cells.count) columns, where its first line names \(names.count) with tabs between them"
                throw FileError(.badData, path: path, cause: cause, place: "line \(line.number)")
            }
            rows.append(Row(place: "line \(line.number) of \(path)", values: Array(zip(names, cells))))
        }
        return rows
    }
}
