public import TesseraFiles

/// A list of recordings and what is said in them, in one of two forms that are told apart by their content.
///
/// JSON Lines, an object a line, of which `audio` and `text` or `segments` are required:
/// ```
/// {"audio": "a.wav", "text": "three one", "language": "en", "task": "transcribe", "speaker": "jackson"}
/// {"audio": "b.wav", "segments": [{"start": 0.1, "end": 1.2, "text": "three one"}]}
/// ```
/// A table with tabs between the columns, with a row of their names as Common Voice has it, or without and of two columns:
/// ```
/// path    sentence
/// a.wav   three one
/// ```
/// `audio` may also be called `audio_filepath`, `path` or `file`; `text` `sentence` or `transcription`; `language` `locale`;
/// `speaker` `client_id`. Paths are relative to the manifest's folder. Where the text is empty, nobody speaks. Where there
/// are segments, their texts are what is learned.
public struct SpeechManifest: Sendable {
    /// The file as the user named it.
    public let path: String
    /// In the order of the lines.
    public let recordings: [TranscribedRecording]

    /// Larger files than this are refused.
    public static let byteLimit = 1 << 30

    /// Reads a manifest; the recordings are not opened yet.
    ///
    /// - Throws: `FileError` naming the line when the file is damaged, or names no recordings.
    public init(_ path: String) throws(FileError) {
        try self.init(bytes: try InputFile(path).contents(limit: SpeechManifest.byteLimit), path: path)
    }

    /// A manifest in memory; `path` is named in errors, and recordings are looked for beside it.
    public init(bytes: [UInt8], path: String) throws(FileError) {
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw FileError(.badData, path: path, cause: "is UTF-16, where a manifest is UTF-8")
        }
        let lines = ManifestLines(bytes, path: path)
        self.path = path
        recordings = try lines.isJSON ? lines.objects() : lines.table()
        guard !recordings.isEmpty else { throw FileError(.badData, path: path, cause: "names no recordings") }
    }

    static let audioNames = ["audio", "audio_filepath", "path", "file"]
    static let textNames = ["text", "sentence", "transcription"]
    static let languageNames = ["language", "locale"]
    static let speakerNames = ["speaker", "client_id"]
}
