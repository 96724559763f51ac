public import TesseraFiles
public import TesseraImage
internal import TesseraTransformer

/// Writes what is where in pictures, in the order they come; see `PredictionWriter`.
public struct DetectionWriter: Sendable {
    private let format: PredictionFormat
    private let nameWidth: Int
    /// JSON's, which stand in one array.
    private var objects: [String] = []
    private var isEmpty = true

    /// - Parameters:
    ///   - format: how it is written.
    ///   - names: every picture that may come, to align the text by.
    public init(_ format: PredictionFormat, names: [String] = []) {
        self.format = format
        nameWidth = format == .text ? min(48, names.map(\.count).max() ?? 0) : 0
    }

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
        defer { isEmpty = false }
        switch format {
        case .text: return lines(name, found)
        case .csv: return (isEmpty ? DetectionWriter.header : "") + rows(name, found)
        case .jsonl: return try jsonObject(name, found, picture) + "\n"
        case .json:
            objects.append(try jsonObject(name, found, picture))
            return ""
        }
    }

    /// What is to be written behind the last picture; nothing when there was none.
    public func finish() -> String { objects.isEmpty ? "" : jsonArray(objects) }

    /// A line an object: `street.jpg  car 98.1 %  at 12, 40 to 310, 471`.
    private func lines(_ name: String, _ found: [DetectedObject]) -> String {
        let shown = name.padded(to: nameWidth) + "  "
        guard !found.isEmpty else { return (shown + "nothing found").onOneLine + "\n" }
        return found.map { object in
            let edges = [object.box.xmin, object.box.ymin, object.box.xmax, object.box.ymax].map(whole)
            let place = "at \(edges[0]), \(edges[1]) to \(edges[2]), \(edges[3])"
            return (shown + "\(object.label) \(percent(object.score))  " + place).onOneLine + "\n"
        }.joined()
    }

    private func whole(_ edge: Float) -> String { abs(edge) < 1e9 ? "\(Int(edge.rounded()))" : "\(edge)" }

    private static let header = commaSeparatedLine(["image", "label", "index", "score", "xmin", "ymin", "xmax", "ymax"])

    private func rows(_ name: String, _ found: [DetectedObject]) -> String {
        found.map { object in
            let numbers = [object.score, object.box.xmin, object.box.ymin, object.box.xmax, object.box.ymax]
            return commaSeparatedLine([name, object.label, String(object.index)] + numbers.map(\.description))
        }.joined()
    }

    private func jsonObject(
        _ name: String, _ found: [DetectedObject], _ picture: RGBImage
    ) throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: "image")
            found.write(in: picture, to: &json)
        }
        return String(decoding: try json.finish(path: name), as: UTF8.self)
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
