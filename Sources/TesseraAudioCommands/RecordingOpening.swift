public import TesseraAudio
public import TesseraCommands
public import TesseraFiles

/// The recording of a path; `-` is standard input, everything else a file.
///
/// - Throws: `FileError` naming the file.
public func openRecording(_ path: String) throws(FileError) -> AudioFile {
    path == "-" ? try AudioFile.standardInput() : try AudioFile(path)
}

/// The recording of an item, a file or the bytes of one.
///
/// - Throws: `FileError` naming the item.
public func openRecording(of item: Item) throws(FileError) -> AudioFile {
    switch item.contents {
    case .file(let path): try AudioFile(path)
    case .standardInput: try AudioFile.standardInput()
    case .bytes(let bytes): try AudioFile(bytes: bytes, path: item.name)
    case .object: throw FileError(.badData, path: item.name, cause: "audio must be a string")
    }
}
