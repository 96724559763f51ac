public import TesseraCommands
public import TesseraFiles
public import TesseraImage

/// The picture of a path; `-` is standard input, everything else a file.
///
/// - Throws: `FileError` naming the file.
@Sendable public func readImage(_ path: String) throws(FileError) -> RGBImage.Decoded {
    guard path == "-" else { return try RGBImage.read(path) }
    return try RGBImage.decode(InputFile.standardInput(limit: RGBImage.largestFile), path: "standard input")
}

/// The picture of an item, a file or the bytes of one.
///
/// - Throws: `FileError` naming the item.
@Sendable public func readImage(of item: Item) throws(FileError) -> RGBImage.Decoded {
    switch item.contents {
    case .file(let path): try RGBImage.read(path)
    case .standardInput: try readImage("-")
    case .bytes(let bytes): try RGBImage.decode(bytes, path: item.name)
    case .object: throw FileError(.badData, path: item.name, cause: "image must be a string")
    }
}
