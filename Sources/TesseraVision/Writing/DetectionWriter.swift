public import TesseraFiles
public import TesseraImage
public import TesseraTransformer

/// Writes what is where in pictures, in the order they come; see `PredictionWriter`.
public struct DetectionWriter: Sendable {
    private var results: ResultList

    /// - Parameters:
    ///   - format: how it is written.
    ///   - names: every picture that may come, to align the text by.
    public init(_ format: PredictionFormat, names: [String] = []) { results = ResultList(format, names: names) }

    /// What is to be written as soon as a picture is done, with its last line end; nothing of JSON's array.
    ///
    /// - Parameters:
    ///   - name: the picture's.
    ///   - found: its objects, best first.
    ///   - picture: whose pixels boxes are in.
    /// - Throws: `FileError` when JSON is to hold a number that is NaN or infinite.
    public mutating func text(
        for name: String, _ found: [DetectedObject], in picture: RGBImage
    ) throws(FileError) -> String {
        try results.text(
            for: name, key: "image", lines: found.lines,
            header: ["image", "label", "index", "score", "xmin", "ymin", "xmax", "ymax"], rows: { found.rows(name) },
            members: { found.write(in: picture, to: &$0) })
    }

    /// What is to be written behind the last picture; nothing when there was none.
    public func finish() -> String { results.finish() }
}

extension [DetectedObject] {
    /// A line an object: `street.jpg  car 98.1 %  at 12, 40 to 310, 471`.
    fileprivate func lines(_ name: String) -> String {
        guard !isEmpty else { return (name + "  nothing found").onOneLine + "\n" }
        return map { object in
            let edges = [object.box.xmin, object.box.ymin, object.box.xmax, object.box.ymax].map { edge in
                abs(edge) < 1e9 ? "\(Int(edge.rounded()))" : "\(edge)"
            }
            let place = "at \(edges[0]), \(edges[1]) to \(edges[2]), \(edges[3])"
            return "\(name)  \(object.label) \(percent(object.score))  \(place)".onOneLine + "\n"
        }.joined()
    }

    fileprivate func rows(_ name: String) -> String {
        map { object in
            let numbers = [object.score, object.box.xmin, object.box.ymin, object.box.xmax, object.box.ymax]
            return commaSeparatedLine([name, object.label, String(object.index)] + numbers.map(\.description))
        }.joined()
    }
}

extension [DetectedObject] {
    /// Writes the members `width`, `height` and `objects`, into an object.
    package func write(in picture: RGBImage, to json: inout JSONWriter) {
        json.write(picture.width, for: "width")
        json.write(picture.height, for: "height")
        json.array("objects") { json in
            for object in self {
                json.object { json in
                    json.write(object.label, for: "label")
                    json.write(object.index, for: "index")
                    json.write(object.score, for: "score")
                    json.object("box") { json in
                        json.write(object.box.xmin, for: "xmin")
                        json.write(object.box.ymin, for: "ymin")
                        json.write(object.box.xmax, for: "xmax")
                        json.write(object.box.ymax, for: "ymax")
                    }
                }
            }
        }
    }
}
