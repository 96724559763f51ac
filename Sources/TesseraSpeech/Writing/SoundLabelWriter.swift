public import TesseraFiles
public import TesseraTransformer

/// How the labels of recordings are written; with windows a line or rows for each of them.
public typealias PredictionFormat = TesseraTransformer.PredictionFormat

/// Writes what is heard in recordings, in the order they come.
///
/// ```swift
/// var writer = SoundLabelWriter(.csv)
/// for path in paths { print(try writer.text(for: path, try classifier.classify(AudioFile(path))), terminator: "") }
/// print(writer.finish(), terminator: "")
/// ```
public struct SoundLabelWriter: Sendable {
    private var results: ResultList

    /// - Parameters:
    ///   - format: how they are written.
    ///   - names: every recording that may come, to align the text by.
    public init(_ format: PredictionFormat, names: [String] = []) { results = ResultList(format, names: names) }

    /// What is to be written as soon as a recording is classified, with its last line end: nothing of JSON's array, so that a program
    /// which is stopped midway leaves no half of one.
    ///
    /// - Parameter name: the recording's.
    /// - Throws: `FileError` when JSON is to hold a score that is NaN or infinite.
    public mutating func text(for name: String, _ sound: ClassifiedSound) throws(FileError) -> String {
        try results.text(
            for: name, key: "audio", lines: sound.lines,
            header: ["audio"] + (sound.windows == nil ? [] : ["start", "end"]) + [Prediction].columns,
            rows: { sound.rows(name) },
            members: { sound.write(to: &$0) })
    }

    /// What is to be written behind the last recording; nothing when there was none.
    public func finish() -> String { results.finish() }
}

extension ClassifiedSound {
    fileprivate func lines(_ name: String) -> String {
        func line(_ name: String, _ predictions: [Prediction]) -> String {
            (name + "  " + predictions.listed).onOneLine + "\n"
        }
        let windows = windows ?? []
        return line(name, predictions)
            + windows.map { line("  \(seconds($0.start))–\(seconds($0.end)) s", $0.predictions) }.joined()
    }

    fileprivate func rows(_ name: String) -> String {
        guard let windows else { return predictions.rows(behind: [name]) }
        return windows.map { $0.predictions.rows(behind: [name, seconds($0.start), seconds($0.end)]) }.joined()
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
