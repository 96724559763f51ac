package import TesseraFiles
package import TesseraTraining

/// A picture and what is said of it.
package struct ImageTextPair: Sendable, Equatable {
    /// The picture's path.
    package let image: String
    /// The same as it is written down.
    package let name: String
    /// What is said of it.
    package let text: String
    /// Where this is written down, `line 3 of pairs.jsonl`.
    package let place: String
}

extension TextTable {
    private static let imageNames = ["image", "file_name", "filepath", "path"]
    private static let textNames = ["text", "caption", "title"]

    /// The pairs of a table that names `image` (or `file_name`, as the hub's folders of pictures do), a path that starts from the table's
    /// folder, and `text` (or `caption`).
    ///
    /// - Throws: `FileError` naming the line that lacks one.
    package func imageTextPairs() throws(FileError) -> [ImageTextPair] {
        let folder = splitPath(path).folder
        var pairs: [ImageTextPair] = []
        for row in rows {
            guard let image = row.text(Self.imageNames), !image.isEmpty, !image.utf8.contains(0) else {
                throw FileError(
                    .badData, path: path, cause: "lacks an image: a column of this name is needed", place: row.place)
            }
            guard let text = row.text(Self.textNames), !text.isEmpty else {
                throw FileError(
                    .badData, path: path, cause: "lacks a text: a column of this name is needed", place: row.place)
            }
            let isAbsolute = image.utf8.first == UInt8(ascii: "/")
            pairs.append(
                ImageTextPair(
                    image: isAbsolute ? image : joinPath(folder, image), name: image, text: text, place: row.place))
        }
        return pairs
    }
}
