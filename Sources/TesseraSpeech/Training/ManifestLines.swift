internal import TesseraFiles

/// The lines of a manifest, without those that hold nothing but white space.
struct ManifestLines {
    private let path: String
    private let folder: String
    private let lines: [(number: Int, bytes: ArraySlice<UInt8>)]

    init(_ bytes: [UInt8], path: String) {
        (self.path, folder) = (path, splitPath(path).folder)
        lines = numberedLines(bytes)
    }

    /// Whether the first line holds an object, or a list by mistake.
    var isJSON: Bool {
        let first = lines.first?.bytes.first { $0 != UInt8(ascii: " ") }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    // MARK: JSON Lines

    func objects() throws(FileError) -> [TranscribedRecording] { try objects(recording) }

    /// What `make` makes of each line's object and number.
    func objects<Element>(_ make: (JSONObject, Int) throws(FileError) -> Element) throws(FileError) -> [Element] {
        var elements: [Element] = []
        for line in lines {
            do throws(FileError) {
                elements.append(try make(JSONObject(bytes: Array(line.bytes), path: path), line.number))
            } catch {
                throw error.inLine(line.number)
            }
        }
        return elements
    }

    /// The recording that a line's object names.
    func audio(of object: JSONObject) throws(FileError) -> String {
        guard let audio = try string(SpeechManifest.audioNames, of: object).flatMap(path) else {
            throw object.error("audio", "is missing or empty")
        }
        return audio
    }

    private func string(_ names: [String], of object: JSONObject) throws(FileError) -> String? {
        guard let name = names.first(where: object.contains) else { return nil }
        return try object.string(name)
    }

    private func recording(_ object: JSONObject, _ line: Int) throws(FileError) -> TranscribedRecording {
        var segments: [TranscribedRecording.Segment] = []
        for segment in try object.objects("segments") {
            let start = try segment.number("start", in: 0...1e6)
            let end = try segment.number("end", in: 0...1e6)
            guard end >= start else { throw segment.error("end", "is \(end), before the start at \(start)") }
            guard start >= segments.last?.start ?? 0 else {
                throw segment.error("start", "is \(start), before the segment before")
            }
            segments.append(.init(start: start, end: end, text: try segment.string("text")))
        }
        let text = try string(SpeechManifest.textNames, of: object)
        guard
            let text = text ?? (object.contains("segments") ? segments.map(\.text.trimmed).joined(separator: " ") : nil)
        else { throw object.error("text", "there is neither text nor segments") }
        let audio = try audio(of: object)
        let task = try object.string("task", default: TranscriptionOptions.Task.transcribe.rawValue)
        guard let task = TranscriptionOptions.Task(rawValue: task) else {
            throw object.error("task", "must be 'transcribe' or 'translate', but is \(task.quoted)")
        }
        return try TranscribedRecording(
            audio: audio, text: text, segments: segments, language: string(SpeechManifest.languageNames, of: object),
            task: task, speaker: string(SpeechManifest.speakerNames, of: object), place: place(line))
    }

    // MARK: Tables

    func table() throws(FileError) -> [TranscribedRecording] {
        var rows = lines[...]
        guard let first = rows.first else { return [] }
        let names = try columns(first).map { $0.lowercased() }
        func column(_ accepted: [String]) -> Int? { names.firstIndex(where: accepted.contains) }
        var (audio, text) = (0, 1)
        var language: Int?
        var speaker: Int?
        if let audioColumn = column(SpeechManifest.audioNames), let textColumn = column(SpeechManifest.textNames) {
            (audio, text) = (audioColumn, textColumn)
            (language, speaker) = (column(SpeechManifest.languageNames), column(SpeechManifest.speakerNames))
            rows.removeFirst()
        }
        var recordings: [TranscribedRecording] = []
        for row in rows {
            let cells = try columns(row)
            func cell(_ index: Int?) -> String? {
                index.flatMap { $0 < cells.count && !cells[$0].isEmpty ? cells[$0] : nil }
            }
            guard cells.count > max(audio, text) else {
                let cause =
                    "has \(cells.count) columns, where \(max(audio, text) + 1) are needed, with tabs between them"
                throw FileError(.badData, path: path, cause: cause, place: "line \(row.number)")
            }
            guard let audio = clipPath(of: cells[audio]) else {
                throw FileError(.badData, path: path, cause: "names no recording", place: "line \(row.number)")
            }
            recordings.append(
                TranscribedRecording(
                    audio: audio, text: cells[text], language: cell(language), speaker: cell(speaker),
                    place: place(row.number)))
        }
        return recordings
    }

    /// Common Voice has its recordings in a folder `clips`, which its tables leave out.
    private func clipPath(of audio: String) -> String? {
        let clip = joinPath(joinPath(folder, "clips"), audio)
        return path(of: audio).map { !pathExists($0) && pathExists(clip) ? clip : $0 }
    }

    private func columns(_ line: (number: Int, bytes: ArraySlice<UInt8>)) throws(FileError) -> [String] {
        var cells: [String] = []
        for cell in line.bytes.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
            guard let text = String(validating: cell, as: UTF8.self) else {
                throw FileError(.badData, path: path, cause: "is not UTF-8", place: "line \(line.number)")
            }
            cells.append(text)
        }
        return cells
    }

    // MARK: Both

    func place(_ line: Int) -> String { "line \(line) of \(path)" }

    /// nil where the name is none.
    private func path(of audio: String) -> String? {
        guard !audio.isEmpty, !audio.utf8.contains(0) else { return nil }
        return audio.utf8.first == UInt8(ascii: "/") ? audio : joinPath(folder, audio)
    }
}
