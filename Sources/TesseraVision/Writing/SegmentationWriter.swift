public import TesseraFiles
internal import TesseraImage
public import TesseraTransformer

/// Writes what has which share of pictures, in the order they come; see `PredictionWriter`.
public struct SegmentationWriter: Sendable {
    private var results: ResultList

    /// - Parameters:
    ///   - format: how it is written.
    ///   - names: every picture that may come, to align the text by.
    public init(_ format: PredictionFormat, names: [String] = []) { results = ResultList(format, names: names) }

    /// What is to be written as soon as a picture is done, with its last line end; nothing of JSON's array.
    ///
    /// - Parameters:
    ///   - name: the picture's.
    ///   - segmentation: what each of its pixels is part of.
    /// - Throws: `FileError` when JSON is to hold a number that is NaN or infinite.
    public mutating func text(for name: String, _ segmentation: Segmentation) throws(FileError) -> String {
        let parts = segmentation.parts
        return try results.text(
            for: name, key: "image",
            lines: { name in
                let listed = parts.map { "\($0.label) \(percent($0.share))" }.joined(separator: ", ")
                return "\(name)  \(listed)".onOneLine + "\n"
            },
            header: ["image", "label", "index", "share", "pixels"],
            rows: {
                parts.map { part in
                    commaSeparatedLine([name, part.label, "\(part.index)", "\(part.share)", "\(part.pixelCount)"])
                }.joined()
            },
            members: { segmentation.write(to: &$0) })
    }

    /// What is to be written behind the last picture; nothing when there was none.
    public func finish() -> String { results.finish() }
}

extension Segmentation {
    /// Writes the members `width`, `height` and `labels`, into an object.
    package func write(to json: inout JSONWriter) {
        json.write(width, for: "width")
        json.write(height, for: "height")
        json.array("labels") { json in
            for part in parts {
                json.object { json in
                    json.write(part.label, for: "label")
                    json.write(part.index, for: "index")
                    json.write(part.share, for: "share")
                    json.write(part.pixelCount, for: "pixels")
                }
            }
        }
    }

    /// Writes the label map as a gray PNG, whose levels are the labels' indices: of 8 bits, or of 16 where the model has more than 256
    /// labels.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func writeLabelMap(to path: String) throws(FileError) {
        try writeGrayPNG(labelMap, width: width, height: height, bits: labelCount > 256 ? 16 : 8, to: path)
    }
}
