internal import CTesseraPNG
public import TesseraFiles

/// Writes gray levels as a PNG file.
///
/// - Parameters:
///   - levels: row by row, `[height, width]`; each fits into `bits`.
///   - width: in pixels, 1 or more.
///   - height: in pixels, 1 or more.
///   - bits: of a level: 8 or 16.
/// - Throws: `FileError` when the file cannot be written, or memory is short.
public func writeGrayPNG(
    _ levels: [UInt16], width: Int, height: Int, bits: Int, to path: String
) throws(FileError) {
    precondition(width > 0 && height > 0 && levels.count == width * height, "a level for each pixel")
    precondition(bits == 16 || bits == 8 && levels.allSatisfy { $0 < 256 }, "levels of \(bits) bits")
    var file = tessera_png_file()
    defer { tessera_png_release(&file) }
    guard tessera_png_encode_gray(levels, UInt32(width), UInt32(height), Int32(bits), &file) else {
        throw FileError(.badData, path: path, cause: "cannot be encoded: there is no memory")
    }
    try writeAtomically(to: path, Array(UnsafeBufferPointer(start: file.bytes, count: file.length)))
}
