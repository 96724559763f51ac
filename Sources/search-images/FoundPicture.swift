import TesseraCommands
import TesseraDrawing
import TesseraFiles
import TesseraImage

/// A picture that was found.
struct FoundPicture {
    /// As the user named it.
    let path: String
    /// How like it is to the query.
    let score: Float

    /// The score to three digits behind the point.
    var shownScore: String {
        let thousandths = Int((abs(score) * 1000).rounded())
        return "\(score < 0 ? "-" : "")\(thousandths / 1000).\(String(1000 + thousandths % 1000).dropFirst())"
    }
}

extension [FoundPicture] {
    /// A line each: the score and the picture.
    func text() -> String {
        map { ("\($0.shownScore)  " + $0.path).onOneLine + "\n" }.joined()
    }

    /// One array.
    func json() throws(FileError) -> String {
        var objects: [String] = []
        for picture in self {
            var json = JSONWriter()
            json.object { json in
                json.write(picture.path, for: "image")
                json.write(picture.score, for: "score")
            }
            objects.append(String(decoding: try json.finish(path: picture.path), as: UTF8.self))
        }
        return jsonArray(objects)
    }
}

/// Draws the pictures that were found on one sheet.
///
/// - Parameter title: what was looked for.
/// - Throws: `FileError` when a picture can no longer be read, or the sheet cannot be written.
func drawSheet(_ matches: [FoundPicture], title: String, to path: String) throws(FileError) {
    var pictures: [ContactSheetDrawing.Picture] = []
    for match in matches.prefix(ContactSheetDrawing.largestPictureCount) {
        let image = try RGBImage.read(match.path).image
        let scale = min(1, ContactSheetDrawing.pictureSide / Double(max(image.width, image.height)))
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
        let small = image.resized(width: side(image.width), height: side(image.height), filter: .box)
        pictures.append(
            ContactSheetDrawing.Picture(
                pixels: small.pixels, width: small.width, height: small.height, caption: splitPath(match.path).name,
                note: match.shownScore))
    }
    let drawing = ContactSheetDrawing(pictures: pictures, title: title)
    try writeDrawing(to: path) { try drawing.png() }
}
