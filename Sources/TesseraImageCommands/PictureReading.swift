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

extension RunOptions {
    /// Goes through pictures one by one, with a bar. One that cannot be read is reported, and the others are done.
    ///
    /// - Parameters:
    ///   - paths: of the pictures; `-` is standard input.
    ///   - look: what is made of a picture.
    ///   - show: is given the picture's index, the picture, and what was made of it.
    /// - Returns: why pictures could not be done.
    /// - Throws: what `show` throws, and what `look` throws unless it is a `FileError`.
    public func eachPicture<Seen>(
        _ paths: [String], look: (RGBImage) throws -> Seen, show: (Int, RGBImage, Seen) throws -> Void
    ) throws -> [FileError] {
        let progress = ProgressBar(total: paths.count, isQuiet: quiet)
        defer { progress.finish() }
        var failures: [FileError] = []
        for (index, path) in paths.enumerated() {
            defer { progress.advance(by: 1) }
            let (picture, seen): (RGBImage, Seen)
            do {
                let decoded = try readImage(path)
                for warning in decoded.warnings { warn("\(path): \(warning)") }
                (picture, seen) = (decoded.image, try look(decoded.image))
            } catch let error as FileError {
                StandardError.report(error)
                failures.append(error)
                continue
            }
            try show(index, picture, seen)
        }
        return failures
    }
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
