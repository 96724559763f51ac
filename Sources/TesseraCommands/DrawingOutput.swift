public import TesseraFiles

/// Writes a drawing into a file.
///
/// - Parameters:
///   - path: where it is written.
///   - subject: what is named where it cannot be drawn; the path where nil.
///   - draw: gives the file's bytes.
/// - Throws: `FileError` when it cannot be drawn or written.
public func writeDrawing(
    to path: String, of subject: String? = nil, _ draw: () throws -> [UInt8]
) throws(FileError) {
    let bytes: [UInt8]
    do { bytes = try draw() } catch {
        throw FileError(.badData, path: subject ?? path, cause: "cannot be drawn: \(error)")
    }
    try writeAtomically(to: path, bytes)
}
