public import TesseraFiles
internal import TesseraTransformer

/// Writes what is heard in recordings, in the order they come.
///
/// ```swift
/// var writer = SoundLabelWriter(.csv)
/// for path in paths { print(try writer.text(for: path, try classifier.classify(AudioFile(path))), terminator: "") }
/// print(writer.finish(), terminator: "")
/// ```
public struct SoundLabelWriter: Sendable {
    private let format: SoundLabelFormat
    private let nameWidth: Int
    /// JSON's, which stand in one array.
    private var objects: [String] = []
    private var isEmpty = true

    /// - Parameters:
    ///   - format: how they are written.
    ///   - names: every recording that may come, to align the text by.
    public init(_ format: SoundLabelFormat, names: [String] = []) {
        self.format = format
        nameWidth = format == .text ? min(48, names.map(\.count).max() ?? 0) : 0
    }

    /// What is to be written as soon as a recording is classified, with its last line end: nothing of JSON's array, so that a program
    /// which is stopped midway leaves no half of one.
    ///
    /// - Parameter name: the recording's.
    /// - Throws: `FileError` when JSON is to hold a score that is NaN or infinite.
    public mutating func text(for name: String, _ sound: ClassifiedSound) throws(FileError) -> String {
        defer { isEmpty = false }
        switch format {
        case .text: return lines(name, sound)
        case .jsonl: return try jsonObject(name, sound) + "\n"
        case .csv: return (isEmpty ? header(sound) : "") + rows(name, sound)
        case .json:
            objects.append(try jsonObject(name, sound))
            return ""
        }
    }

    /// What is to be written behind the last recording; nothing when there was none.
    public func finish() -> String { objects.isEmpty ? "" : jsonArray(objects) }

    private func lines(_ name: String, _ sound: ClassifiedSound) -> String {
        let windows = sound.windows ?? []
        return line(name.padded(to: nameWidth), sound.predictions)
            + windows.map { line("  \(seconds($0.start))–\(seconds($0.end)) s", $0.predictions) }.joined()
    }

    private func line(_ name: String, _ predictions: [Prediction]) -> String {
        let labels = predictions.map { "\($0.label) \(percent($0.score))" }.joined(separator: ", ")
        return (name + "  " + labels).onOneLine + "\n"
    }

    private func header(_ sound: ClassifiedSound) -> String {
        commaSeparatedLine(
            ["audio"] + (sound.windows == nil ? [] : ["start", "end"]) + ["rank", "label", "index", "score", "logit"])
    }

    private func rows(_ name: String, _ sound: ClassifiedSound) -> String {
        guard let windows = sound.windows else { return rows([name], sound.predictions) }
        return windows.map { rows([name, seconds($0.start), seconds($0.end)], $0.predictions) }.joined()
    }

    private func rows(_ beginning: [String], _ predictions: [Prediction]) -> String {
        predictions.enumerated().map { rank, label in
            commaSeparatedLine(
                beginning + [
                    String(rank + 1), label.label, String(label.index), label.score.description,
                    label.logit.description,
                ])
        }.joined()
    }

    private func jsonObject(_ name: String, _ sound: ClassifiedSound) throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: "audio")
            sound.write(to: &json)
        }
        return String(decoding: try json.finish(path: name), as: UTF8.self)
    }
}

extension ClassifiedSound {
    /// The names of the members that `write` writes.
    package static let jsonNames = ["predictions", "windows"]

    /// Writes the members of a recording's object but for its name.
    package func write(to json: inout JSONWriter) {
        predictions.write(to: &json)
        guard let windows else { return }
        json.array("windows") { json in
            for window in windows {
                json.object { json in
                    json.write(window.start, for: "start")
                    json.write(window.end, for: "end")
                    window.predictions.write(to: &json)
                }
            }
        }
    }
}

/// With hundredths.
private func seconds(_ time: Double) -> String {
    let hundredths = Int((time * 100).rounded())
    return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
}
