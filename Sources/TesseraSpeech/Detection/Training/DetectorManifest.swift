public import TesseraFiles

/// A list of recordings and where in them somebody speaks, JSON Lines as `transcribe-audio --skip-silence --format json` writes them, too:
/// ```
/// {"audio": "a.wav", "speech": [{"start": 0.3, "end": 4.1}]}
/// {"audio": "music.wav", "speech": []}
/// ```
/// Paths are relative to the manifest's folder.
public struct DetectorManifest: Sendable {
    /// The file as the user named it.
    public let path: String
    /// In the order of the lines.
    public let recordings: [LabelledRecording]

    /// Reads a manifest; the recordings are not opened yet.
    ///
    /// - Throws: `FileError` naming the line when the file is damaged, or names no recordings.
    public init(_ path: String) throws(FileError) {
        try self.init(bytes: try InputFile(path).contents(limit: SpeechManifest.byteLimit), path: path)
    }

    /// A manifest in memory; `path` is named in errors, and recordings are looked for beside it.
    public init(bytes: [UInt8], path: String) throws(FileError) {
        let lines = ManifestLines(bytes, path: path)
        self.path = path
        recordings = try lines.objects { object, line throws(FileError) in
            LabelledRecording(
                audio: try lines.audio(of: object), speech: try DetectorManifest.stretches(object),
                place: lines.place(line))
        }
        guard !recordings.isEmpty else { throw FileError(.badData, path: path, cause: "names no recordings") }
    }

    /// Sets a part of the recordings aside for validation, as `SpeechManifest.split` does.
    public func split(
        validationFraction: Double, seed: UInt64
    ) -> (training: [LabelledRecording], validation: [LabelledRecording]) {
        setAside(validationFraction, of: recordings, in: path, seed: seed) { $0.audio }
    }

    private static func stretches(_ object: JSONObject) throws(FileError) -> [SpeechStretch] {
        guard object.contains("speech") else { throw object.error("speech", "is missing") }
        var stretches: [SpeechStretch] = []
        for stretch in try object.objects("speech") {
            let start = try stretch.number("start", in: 0...1e6)
            let end = try stretch.number("end", in: 0...1e6)
            guard end >= start else { throw stretch.error("end", "is \(end), before the start at \(start)") }
            guard start >= stretches.last?.end ?? 0 else {
                throw stretch.error("start", "is \(start), before the end of the stretch before")
            }
            stretches.append(SpeechStretch(start: start, end: end))
        }
        return stretches
    }
}
