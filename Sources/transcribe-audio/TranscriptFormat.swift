import ArgumentParser
import TesseraFiles
import TesseraSpeech

/// How a transcript is written.
enum TranscriptFormat: String, CaseIterable, ExpressibleByArgument {
    /// The text, a segment a line.
    case txt
    /// All that is known, openai/whisper's fields and the decisions behind them.
    case json
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles.
    case vtt
    /// A row a segment: start and end in milliseconds, text.
    case tsv

    /// Whether transcripts of several recordings can follow one another.
    var holdsSeveral: Bool { self == .txt || self == .json }

    /// A transcript as text, with its last line end.
    ///
    /// - Parameters:
    ///   - name: the recording's, for formats that hold it.
    ///   - lineWidth: the most characters of a line of subtitles; nil leaves a segment on one line.
    func text(of transcript: Transcript, name: String, lineWidth: Int?) throws(FileError) -> String {
        switch self {
        case .txt: transcript.lines
        case .json: try transcript.json(name: name) + "\n"
        case .srt: subRip(transcript.subtitles(lineWidth: lineWidth))
        case .vtt: webVTT(transcript.subtitles(lineWidth: lineWidth))
        case .tsv: transcript.tabSeparated
        }
    }
}

extension Transcript {
    /// The text, a segment a line. A segment without text has no line in any format but JSON.
    fileprivate var lines: String {
        segments.map(\.text.asLine).filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
    }

    /// openai/whisper's table: a header, then start and end in milliseconds and the text of each segment.
    fileprivate var tabSeparated: String {
        var table = "start\tend\ttext\n"
        for segment in segments {
            let text = segment.text.asLine.replacing("\t", with: " ")
            guard !text.isEmpty else { continue }
            table += "\(milliseconds(segment.start))\t\(milliseconds(segment.end))\t\(text)\n"
        }
        return table
    }
}

/// A time in seconds to the nearest millisecond, as all formats have it.
package func milliseconds(_ seconds: Double) -> Int {
    Int((max(0, seconds) * 1000).rounded(.toNearestOrEven))
}

extension String {
    /// With a space for every line end.
    var withoutLineEnds: String { String(map { $0.isNewline ? " " : $0 }) }

    /// On one line, without white space at the ends.
    package var asLine: String {
        withoutLineEnds.trimmed
    }
}
