internal import TesseraAudio
public import TesseraFiles
public import TesseraTraining

extension ClassFolder {
    /// Looks for recordings, by the names that `AudioFile.fileExtensions` lists; none is opened yet.
    ///
    /// - Parameter path: a folder with a folder for each class.
    /// - Throws: `FileError` when the folder is absent or cannot be read, holds no class, only one, or one without a
    ///   recording.
    public init(recordings path: String) throws(FileError) {
        try self.init(path, extensions: AudioFile.fileExtensions, samples: "recordings")
    }
}
