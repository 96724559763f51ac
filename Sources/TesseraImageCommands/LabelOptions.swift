public import ArgumentParser
internal import TesseraCommands
internal import TesseraFiles

/// Labels in words, for checkpoints whose pictures share a space with texts.
public struct LabelOptions: ParsableArguments {
    /// `--labels`: with commas between them.
    @Option(help: "What may be in a picture, with commas between: for checkpoints of two towers.")
    public var labels: String?

    /// `--labels-file`: one a line.
    @Option(help: ArgumentHelp("The same from a file, one a line: labels may hold commas there.", valueName: "file"))
    public var labelsFile: String?

    /// `--template`: what is said of each label.
    @Option(help: "What is said of each label, with {} in its place.")
    public var template: String?

    public init() {}

    /// Whether labels are given.
    public var areGiven: Bool { labels != nil || labelsFile != nil }

    /// The files that are read.
    public var files: [String] { [labelsFile].compactMap(\.self) }

    public func validate() throws {
        guard labels == nil || labelsFile == nil else {
            throw ValidationError("Labels come from --labels or from --labels-file, not from both.")
        }
        if let template {
            guard areGiven else { throw ValidationError("--template says how labels are put: it needs --labels.") }
            guard template.split(separator: "{}", omittingEmptySubsequences: false).count == 2 else {
                throw ValidationError("--template must hold {} once, where the label belongs.")
            }
        }
        if labels != nil { _ = try names() }
    }

    /// The labels, in their order.
    ///
    /// - Throws: `ValidationError` (exit code 64) where there are none, one is empty or one stands twice; `FileError` where the file
    ///   cannot be read.
    public func names() throws -> [String] {
        let option = labelsFile == nil ? "--labels" : "--labels-file"
        var names =
            try labelsFile.map(linesOfFile)
            ?? (labels ?? "").split(
                separator: ",", omittingEmptySubsequences: false
            ).map { $0.trimmingSpaces }
        if labelsFile != nil { while names.last == "" { names.removeLast() } }
        guard !names.isEmpty, !names.contains("") else { throw ValidationError("\(option) names an empty label.") }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw ValidationError("\(option) names \(twice.quoted) twice.")
        }
        return names
    }

    private func linesOfFile(_ path: String) throws(FileError) -> [String] {
        let bytes = try InputFile(path).contents(limit: 1 << 24)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(.badData, path: path, cause: "is not UTF-8")
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingSpaces }
    }
}

extension Substring {
    /// Without the white space around it.
    fileprivate var trimmingSpaces: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
