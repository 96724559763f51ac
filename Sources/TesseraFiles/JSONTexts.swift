/// The texts of a JSON file that is a list of them.
///
/// - Throws: `FileError.badData` when it is none.
package func jsonTexts(_ bytes: [UInt8], path: String) throws(FileError) -> [String] {
    var scanner = try JSONScanner(bytes, path: path)
    var texts: [String] = []
    try scanner.elements { scanner throws(FileError) in texts.append(try scanner.string()) }
    try scanner.end()
    return texts
}
