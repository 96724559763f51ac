public import TesseraFiles

extension RGBImage {
    /// What a file held, and what about it was odd without hindering its use.
    public struct Decoded: Sendable {
        /// The picture, three bytes a pixel, whatever the file had.
        public let image: RGBImage
        /// Short sentences for the user, such as "bytes after the end of the image are ignored"; mostly empty.
        public let warnings: [String]

        /// - Parameters:
        ///   - image: the picture.
        ///   - warnings: what was odd about the file.
        public init(image: RGBImage, warnings: [String] = []) {
            self.image = image
            self.warnings = warnings
        }
    }

    /// Reads a PNG, JPEG or WebP file, told apart by its content and not by its name.
    ///
    /// Alpha is dropped, gray and palettes become RGB, 16 bits keep their high byte, CMYK is converted by Pillow's
    /// plain formula, of an animation the first picture is taken, the orientation that EXIF or XMP says is applied, colour profiles are not: as Pillow's `convert("RGB")`, on
    /// which published checkpoints were trained.
    /// - Throws: `FileError` when the file cannot be read, is damaged or cut, is something else than PNG, JPEG or WebP, or is
    ///   larger than `longestSide`, `largestPixelCount` or `largestFile`.
    public static func read(_ path: String) throws(FileError) -> Decoded {
        try decode(InputFile(path).contents(limit: largestFile), path: path)
    }

    /// Decodes the bytes of a PNG, JPEG or WebP file; `path` is what errors name. See `read(_:)`.
    public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Decoded {
        switch ImageFormat(of: bytes) {
        case .png: try decodePNG(bytes, path: path)
        case .jpeg: try decodeJPEG(bytes, path: path)
        case .webp: try decodeWebP(bytes, path: path)
        case .other(let cause): throw FileError(.badData, path: path, cause: cause)
        }
    }

    /// How many pixels a row and a column of a PNG, JPEG or WebP file have by its header, before the picture is turned: no pixel is decoded.
    ///
    /// - Parameter path: what errors name.
    /// - Throws: `FileError`, as `read(_:)`, where there is no such header, or it says more than is read.
    public static func size(of bytes: [UInt8], path: String) throws(FileError) -> (width: Int, height: Int) {
        switch ImageFormat(of: bytes) {
        case .png: try sizeOfPNG(bytes, path: path)
        case .jpeg: try sizeOfJPEG(bytes, path: path)
        case .webp: try sizeOfWebP(bytes, path: path)
        case .other(let cause): throw FileError(.badData, path: path, cause: cause)
        }
    }

    /// The endings that pictures of these formats have, in lower case.
    public static let fileExtensions = ["png", "apng", "jpg", "jpeg", "jpe", "jfif", "mpo", "webp"]

    /// The size that a file's header claims, refused before any memory is asked for.
    static func checkSize(width: Int, height: Int, path: String) throws(FileError) {
        guard width > 0, height > 0 else {
            throw FileError(.badData, path: path, cause: "has no pixels: its header says \(width)x\(height)")
        }
        guard admits(width: width, height: height) else {
            let limit = "\(longestSide) a side and \(largestPixelCount / 1_000_000) megapixels are read"
            throw FileError(.badData, path: path, cause: "has too many pixels, \(width)x\(height): at most \(limit)")
        }
    }
}
