import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraSpeech

/// Where transcripts go, in the order of their recordings: a file each in a folder, or standard output. There JSON's array is
/// printed once all are there, so that a program which is stopped midway leaves no half of one.
struct TranscriptOutput {
    /// The files to write, one a recording; none on standard output.
    let files: [String]
    private let names: [String]
    private let format: TranscriptFormat
    private let layout: SubtitleLayout
    private let isForSeveral: Bool
    private var objects: [String] = []
    private var count = 0

    /// - Throws: `ValidationError` (exit code 64) when several recordings cannot go where they are to.
    init(_ format: TranscriptFormat, of inputs: InputFiles, folder: String?, layout: SubtitleLayout) throws {
        isForSeveral = inputs.count > 1
        guard folder != nil || format.holdsSeveral || !isForSeveral else {
            throw ValidationError("--format \(format) of several recordings needs --output-folder.")
        }
        (self.format, self.layout, names) = (format, layout, inputs.paths)
        files =
            folder.map { folder in
                inputs.names.map { joinPath(folder, outputName($0) + "." + format.rawValue) }
            } ?? []
    }

    /// Writes the transcript of a recording, by its place among all.
    mutating func add(_ transcript: Transcript, of index: Int) throws {
        let text = try transcript.text(as: format, name: names[index], layout: layout)
        defer { count += 1 }
        if !files.isEmpty {
            try writeAtomically(to: files[index], Array(text.utf8))
        } else if !isForSeveral {
            try StandardOutput.write(text)
        } else if format == .json {
            objects.append(String(text.dropLast()))
        } else {
            let gap = count == 0 ? "" : "\n"
            try StandardOutput.write(gap + names[index].onOneLine + "\n" + text)
        }
    }

    /// Prints the rest. Nothing is printed when no recording could be transcribed.
    func finish() throws {
        guard !objects.isEmpty else { return }
        try StandardOutput.write(jsonArray(objects))
    }
}
