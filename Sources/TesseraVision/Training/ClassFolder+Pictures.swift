public import TesseraFiles
internal import TesseraImage
public import TesseraTraining

extension ClassFolder {
    /// Looks for pictures, which end in .png, .jpg, .jpeg, .jpe, .jfif, .mpo, .apng or .webp; none is opened yet.
    ///
    /// - Parameter path: a folder with a folder for each class.
    /// - Throws: `FileError` when the folder is absent or cannot be read, holds no class, only one, or one without a
    ///   picture.
    public init(pictures path: String) throws(FileError) {
        try self.init(path, extensions: RGBImage.fileExtensions, samples: "pictures")
    }
}
